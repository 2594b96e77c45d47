import { passed, type Rules } from './rule.ts'

/** Fails with the first rule that does. */
export function allOf(rules: readonly Rules[]): Rules {
  return (view) => {
    for (const rule of rules) {
      const answer = rule(view)
      if (answer.type === 'fail') return answer
    }
    return passed
  }
}

/** Fails when all do, with all of them in words. */
export function oneOf(rules: readonly Rules[]): Rules {
  if (rules.length === 0) return () => passed
  return (view) => {
    const reasons: string[] = []
    for (const rule of rules) {
      const answer = rule(view)
      if (answer.type === 'pass') return passed
      reasons.push(answer.reason)
    }
    return { type: 'fail', reason: reasons.join(' or ').slice(0, 500) }
  }
}
