export { openSqliteStore, type SqliteStore, type SqliteStoreOptions } from './sqlite/open-sqlite-store.ts'
export { refuseOpenStore, replaceStoreFile, storeFileIn } from './sqlite/store-file.ts'
export type * from './store.ts'
