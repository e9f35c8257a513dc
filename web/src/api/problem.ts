/** One thing the server found wrong in a body or query: an RFC 6901 pointer and a sentence. */
export interface FieldProblem {
  pointer: string;
  detail: string;
}

/**
 * A failed request, said in the server's own words (application/problem+json). Where no such answer came
 * back (server down, proxy page), title and detail say that instead. `status` 0: nothing was answered.
 */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly code: string = '',
    readonly requestId: string = '',
    readonly fields: FieldProblem[] = [],
    /** Names that exist and come close to the unknown one. */
    readonly near: string[] = [],
    /** The role it takes, where one's own is too low. */
    readonly requiredRole: string = '',
    /** How long the server wants to be left alone. */
    readonly retryAfter_s: number = 0,
  ) {
    super(detail || title);
  }
}

const asText = (value: unknown): string => (typeof value === 'string' ? value : '');

function asFields(value: unknown): FieldProblem[] {
  if (!Array.isArray(value)) return [];
  return value
    .filter((entry): entry is Record<string, unknown> => typeof entry === 'object' && entry !== null)
    .map((entry) => ({ pointer: asText(entry.pointer), detail: asText(entry.detail) }))
    .filter((entry) => entry.detail !== '');
}

export function toApiError(status: number, body: unknown, requestId = '', retryAfter_s = 0): ApiError {
  if (typeof body !== 'object' || body === null || !('title' in body))
    return new ApiError(
      status,
      `The server answered ${status}`,
      'The answer is not one of this API. Is something else listening, or a proxy in between?',
      '',
      requestId,
    );
  const problem = body as Record<string, unknown>;
  return new ApiError(
    status,
    asText(problem.title) || `The server answered ${status}`,
    asText(problem.detail),
    asText(problem.code),
    requestId || asText(problem.instance),
    asFields(problem.errors),
    Array.isArray(problem.near) ? problem.near.map(asText).filter(Boolean) : [],
    asText(problem.required_role),
    retryAfter_s,
  );
}

/** Whatever was thrown, as something that can be shown. */
export function describeError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof TypeError && /fetch|network/i.test(error.message))
    return new ApiError(0, 'The server cannot be reached', 'Is it running? Start it with: tlab serve');
  const message = error instanceof Error ? error.message : String(error);
  return new ApiError(0, 'Something went wrong in this page', message);
}

/** There is no market database, or it cannot be read: a matter for the person who runs the server. */
export const lacksMarketData = (error: unknown): boolean =>
  describeError(error).code === 'market_data_unavailable';

/** Trying again helps only where the server could not answer; a refusal stays a refusal. */
export function isTransient(error: unknown): boolean {
  const { status } = describeError(error);
  if (lacksMarketData(error)) return false;
  return status === 0 || status === 502 || status === 503 || status === 504;
}

/**
 * Field problems by the form's field names: `/params/fast` becomes `params.fast`. Problems of the whole body
 * (pointer "") and of fields the form does not have end up in `rest`, so that none is ever swallowed.
 */
export function mapFieldProblems(fields: FieldProblem[], known: (name: string) => boolean) {
  const byField: Record<string, string> = {};
  const rest: string[] = [];
  for (const { pointer, detail } of fields) {
    const name = fieldName(pointer);
    if (name !== '' && known(name)) byField[name] = byField[name] ? `${byField[name]} ${detail}` : detail;
    else rest.push(name ? `${name}: ${detail}` : detail);
  }
  return { byField, rest };
}

/** `/params/fast` is `params.fast`; empty for the whole body. */
export function fieldName(pointer: string): string {
  return pointer
    .replace(/^#/, '')
    .split('/')
    .slice(1)
    .map((step) => step.replace(/~1/g, '/').replace(/~0/g, '~'))
    .join('.');
}
