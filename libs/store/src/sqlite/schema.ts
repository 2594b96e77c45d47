/** Raised with every change of the tables; a file of another version has to be rebuilt from the topics. */
export const schemaVersion = 2

/** Bytes of a page of a file that is made now: an event is some kilobytes long, and of pages that hold a few of them fewer are written at each commit. */
export const pageBytes = 16_384

/**
 * `leads` is a fold of `events` in two independent parts, so that arrival order does not matter: what the lowest `origin_key` says
 * (the lead itself), and what the highest (generation, seq, latest_at, latest_id) says (where it stands). Personal data lives in
 * `leads.lead`, `events.appended` and `events.exchange` only.
 *
 * An event is found by its lead first, which is '' for a record of none. The ids of most leads begin with their time, and what is written
 * now shares a few pages; of those made of an idempotency key, which are hashes, the events of one lead do. By the event's id alone, a
 * hash too, each event would change a page of its own, all over the file.
 */
export const tablesSql = `
CREATE TABLE events (
  lead_id TEXT NOT NULL,
  event_id TEXT NOT NULL,
  generation INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  type TEXT NOT NULL,
  step TEXT,
  attempt INTEGER,
  outcome TEXT,
  reason TEXT,
  rule TEXT,
  duration_ms REAL,
  replay_id TEXT,
  topic TEXT NOT NULL,
  partition INTEGER NOT NULL,
  offset INTEGER NOT NULL,
  details TEXT NOT NULL,
  exchange TEXT,
  appended TEXT,
  UNIQUE (lead_id, event_id)
) STRICT;

CREATE TABLE leads (
  lead_id TEXT NOT NULL PRIMARY KEY,
  origin_key TEXT NOT NULL,
  flow TEXT NOT NULL,
  source TEXT NOT NULL,
  received_at INTEGER NOT NULL,
  body_digest TEXT,
  lead TEXT,
  generation INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  latest_at INTEGER NOT NULL,
  latest_id TEXT NOT NULL,
  flow_version TEXT NOT NULL,
  status TEXT NOT NULL,
  step TEXT,
  outcome TEXT,
  reason TEXT,
  price REAL,
  completed_at INTEGER,
  retry_attempt INTEGER,
  retry_max INTEGER,
  retry_due INTEGER
) STRICT;

CREATE TABLE lead_steps (
  lead_id TEXT NOT NULL,
  generation INTEGER NOT NULL,
  step TEXT NOT NULL,
  seq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  event_id TEXT NOT NULL,
  outcome TEXT NOT NULL,
  error_class TEXT,
  destination TEXT,
  fingerprint TEXT,
  PRIMARY KEY (lead_id, generation, step)
) STRICT, WITHOUT ROWID;

CREATE TABLE replays (
  replay_id TEXT NOT NULL PRIMARY KEY,
  position INTEGER NOT NULL,
  ordered_at INTEGER NOT NULL,
  ordered_by TEXT NOT NULL,
  selection TEXT NOT NULL,
  from_step TEXT,
  succeeded_steps TEXT NOT NULL,
  idempotency_keys TEXT NOT NULL,
  leads_per_second REAL NOT NULL,
  cursor TEXT,
  started INTEGER NOT NULL,
  total INTEGER NOT NULL,
  status TEXT NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
`

/** What searches need and writing does not: a store that is filled at once makes them in the end, which is faster than to keep them meanwhile. */
export const indexesSql = `
CREATE INDEX events_of_replay ON events (replay_id, type, outcome) WHERE replay_id IS NOT NULL;
CREATE INDEX leads_by_time ON leads (received_at, lead_id);
CREATE INDEX leads_by_flow ON leads (flow, received_at, lead_id);
CREATE INDEX leads_by_source ON leads (source, received_at, lead_id);
CREATE INDEX leads_by_version ON leads (flow_version, received_at, lead_id);
CREATE INDEX leads_by_status ON leads (status, received_at, lead_id) WHERE status <> 'completed';
CREATE INDEX leads_by_outcome ON leads (outcome, received_at, lead_id) WHERE outcome IS NOT NULL;
CREATE INDEX leads_by_reason ON leads (reason, received_at, lead_id) WHERE reason IS NOT NULL;
CREATE INDEX steps_by_outcome ON lead_steps (step, outcome) WHERE outcome <> 'success';
CREATE INDEX steps_by_class ON lead_steps (error_class, step) WHERE error_class IS NOT NULL;
CREATE INDEX steps_by_destination ON lead_steps (destination, outcome) WHERE destination IS NOT NULL;
CREATE INDEX steps_by_fingerprint ON lead_steps (fingerprint) WHERE fingerprint IS NOT NULL;

PRAGMA user_version = ${schemaVersion};
`
