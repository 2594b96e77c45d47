const atom = String.raw`(?:\\[dDwW]|\\[\^$\\.*+?()[\]{}|/]|[^\\^$.*+?()[\]{}|/\ud800-\udfff]|\[\^?(?:\\[dw]|[A-Za-z0-9](?:-[A-Za-z0-9])?|[ _@#%=:;,<>"'~])+\])`
const trivialSource = new RegExp(`^(?:${atom})+[+*]?$`)

/**
 * The platform's expression for a pattern that it cannot be made to run long: characters and classes, of which only the last may repeat, so
 * that nothing is ever tried twice. Undefined for every other pattern, and where the platform reads one differently.
 */
export function trivialPattern(source: string): { readonly first: RegExp; readonly all: RegExp } | undefined {
  if (source.length > 64 || !trivialSource.test(source)) return undefined
  try {
    return { first: new RegExp(source, 'u'), all: new RegExp(source, 'gu') }
  } catch {
    return undefined
  }
}
