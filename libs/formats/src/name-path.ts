/** `loan[amount]`, `loan.amount` → loan, amount; `tags[]` ends with an empty segment. A name that does not parse so is one plain key. */
export function namePath(name: string): string[] {
  if (!/[.[\]]/.test(name)) return [name]
  const dotted = name.replaceAll(/\[([^[\].]*)\]/g, '.$1')
  const path = dotted.split('.')
  const wellFormed =
    !/[[\]]/.test(dotted) && path.every((segment, index) => segment !== '' || (index === path.length - 1 && name.endsWith('[]')))
  return wellFormed && path.length > 1 && path[0] !== '' ? path : [name]
}
