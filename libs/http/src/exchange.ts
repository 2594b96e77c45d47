/** One request to the outside, ready to send. */
export interface HttpRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Buffer | null
}

export interface CallLimits {
  readonly connectMs: number
  readonly firstByteMs: number
  readonly totalMs: number
  /** Most bytes read of a response, before and after decompression; a longer answer is an error. */
  readonly responseBytes: number
}

/** Milliseconds spent in each phase; null when the phase was not reached. */
export interface CallTimings {
  readonly connectMs: number | null
  readonly firstByteMs: number | null
  readonly totalMs: number
}

export interface HttpResponse {
  readonly status: number
  /** Names in lower case; repeated headers joined by ", ". */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** How a call ended. `sent` says whether the request may have reached the destination: then an unanswered call is `unknown`, never a failure. */
export type CallResult =
  | { readonly type: 'answered'; readonly response: HttpResponse; readonly timings: CallTimings }
  | {
      readonly type: 'unanswered'
      /** `refused`: our own guard did not let the call out. `garbage`: bytes came that are no HTTP. */
      readonly why: 'refused' | 'connection' | 'timeout' | 'too-large' | 'garbage' | 'aborted'
      readonly sent: boolean
      readonly message: string
      readonly timings: CallTimings
    }

/** Makes calls over kept-alive connections. Never rejects. */
export interface HttpCaller extends AsyncDisposable {
  call(request: HttpRequest, limits: CallLimits, signal: AbortSignal): Promise<CallResult>
}
