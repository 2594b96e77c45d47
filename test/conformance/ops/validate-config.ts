import { connectors } from '@leadline/connectors'
import { isJsonObject } from '@leadline/domain'
import { httpSettingsIn } from '../http-settings.ts'
import type { Op } from '../op.ts'

export const validateConfig: Op = ({ kind, config }) => {
  const settings = httpSettingsIn(kind, isJsonObject(config) ? config : {})
  const issues = connectors.get('http')?.check(settings, { hosts: 'public' }) ?? []
  return { valid: issues.length === 0, message: issues[0]?.message ?? null, fields: issues.map(({ path }) => path.join('.')) }
}
