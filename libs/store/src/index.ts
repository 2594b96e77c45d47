export { fillStoreFile, type StoreFilling } from './sqlite/fill-store-file.ts'
export { openSqliteStore, type SqliteStore, type SqliteStoreOptions } from './sqlite/open-sqlite-store.ts'
export { refuseOpenStore, replaceStoreFile, storeFileIn } from './sqlite/store-file.ts'
export type * from './store.ts'
