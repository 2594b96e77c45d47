export * from './completion-feed.ts'
export * from './gateway-limits.ts'
export * from './gateway-routes.ts'
