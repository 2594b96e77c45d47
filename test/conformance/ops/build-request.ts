import { isJsonObject } from '@leadline/domain'
import { httpSettingsIn } from '../http-settings.ts'
import type { Op } from '../op.ts'
import { sentRequest } from '../sent-request.ts'
import { viewIn } from '../view-in.ts'

export const buildRequest: Op = (given) => {
  const { kind, config } = given
  return sentRequest(httpSettingsIn(kind, isJsonObject(config) ? config : {}), viewIn(given))
}
