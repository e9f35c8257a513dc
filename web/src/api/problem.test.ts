import { afterEach, describe, expect, it, vi } from 'vitest';
import { backtestsQuery } from './backtests';
import { ApiError, describeError, isTransient, mapFieldProblems, toApiError } from './problem';
import { createQueryClient } from './queryClient';
import { sessionQuery } from './session';

const problem = {
  type: 'about:blank',
  title: 'Unprocessable Content',
  status: 422,
  detail: 'fast must be below slow',
  instance: 'request-1',
  code: 'validation_failed',
  errors: [{ pointer: '/params/fast', detail: 'must be below slow' }],
};

describe('a problem of the server', () => {
  it('keeps title, detail, code, request id and the fields at fault', () => {
    const error = toApiError(422, problem);
    expect(error).toMatchObject({
      status: 422,
      title: problem.title,
      detail: problem.detail,
      requestId: 'request-1',
    });
    expect(error.fields).toEqual(problem.errors);
  });

  it('is told apart from an answer that is not of this API', () => {
    expect(toApiError(502, '<html>').title).toBe('The server answered 502');
    expect(toApiError(500, undefined).fields).toEqual([]);
  });

  it('survives members of the wrong kind', () => {
    const error = toApiError(422, {
      title: 7,
      errors: ['x', null, { pointer: 1, detail: 'd' }],
      near: [1, 'A'],
    });
    expect(error.fields).toEqual([{ pointer: '', detail: 'd' }]);
    expect(error.near).toEqual(['A']);
  });
});

describe('field problems', () => {
  const known = (name: string) => ['symbol', 'params.fast', 'a/b'].includes(name);

  it('go under the fields their pointers name, escapes undone', () => {
    const { byField, rest } = mapFieldProblems(
      [
        { pointer: '/params/fast', detail: 'too large' },
        { pointer: '#/a~1b', detail: 'wrong' },
      ],
      known,
    );
    expect(byField).toEqual({ 'params.fast': 'too large', 'a/b': 'wrong' });
    expect(rest).toEqual([]);
  });

  it('of unknown fields and of the whole body are kept, not swallowed', () => {
    const { byField, rest } = mapFieldProblems(
      [
        { pointer: '/unknown', detail: 'is not known' },
        { pointer: '', detail: 'is too large' },
        { pointer: '?limit', detail: 'is too small' },
      ],
      known,
    );
    expect(byField).toEqual({});
    expect(rest).toEqual(['unknown: is not known', 'is too large', 'is too small']);
  });

  it('of one field are joined', () => {
    const twice = [
      { pointer: '/symbol', detail: 'One.' },
      { pointer: '/symbol', detail: 'Two.' },
    ];
    expect(mapFieldProblems(twice, known).byField.symbol).toBe('One. Two.');
  });
});

describe('requests', () => {
  afterEach(() => vi.unstubAllGlobals());

  const answer = (status: number, body: unknown) =>
    vi.stubGlobal(
      'fetch',
      vi.fn(
        async () => new Response(JSON.stringify(body), { status, headers: { 'x-request-id': 'header-1' } }),
      ),
    );

  it('throw the problem with the request id of the header', async () => {
    answer(422, problem);
    const failed = await createQueryClient()
      .fetchQuery(sessionQuery)
      .catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(ApiError);
    expect(describeError(failed)).toMatchObject({ status: 422, requestId: 'header-1' });
  });

  it('are tried again only where the server could not answer', () => {
    expect(isTransient(new TypeError('Failed to fetch'))).toBe(true);
    expect(isTransient(toApiError(503, problem))).toBe(true);
    expect(isTransient(toApiError(422, problem))).toBe(false);
    expect(isTransient(toApiError(503, { ...problem, code: 'market_data_unavailable' }))).toBe(false);
  });

  it('name the server as unreachable when nothing was answered', () => {
    expect(describeError(new TypeError('Failed to fetch')).title).toBe('The server cannot be reached');
  });
});

it('nothing of one workspace can be cached under another', () => {
  expect(backtestsQuery('a', {}).queryKey.slice(0, 2)).toEqual(['ws', 'a']);
  expect(backtestsQuery('a', {}).queryKey).not.toEqual(backtestsQuery('b', {}).queryKey);
});
