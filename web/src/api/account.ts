import { queryOptions } from '@tanstack/react-query';
import { type ApiTokenInput, api, bodyOf, type Credentials, type Session } from './client';
import { asSession } from './session';

/** One's own account: signing in and out, sessions, password, one-time codes, keys for programs. */

export const signIn = async (body: Credentials): Promise<Session> =>
  asSession(await bodyOf(api.POST('/api/v1/auth/login', { body })));

export const signOut = () => bodyOf(api.POST('/api/v1/auth/logout'));

export const provePassword = (password: string) =>
  bodyOf(api.POST('/api/v1/auth/reauth', { body: { password } }));

export const changePassword = (body: { current_password: string; new_password: string }) =>
  bodyOf(api.POST('/api/v1/auth/password', { body }));

export const rename = (display_name: string) => bodyOf(api.PATCH('/api/v1/me', { body: { display_name } }));

export const sessionsQuery = queryOptions({
  queryKey: ['account', 'sessions'],
  queryFn: async ({ signal }) => (await bodyOf(api.GET('/api/v1/auth/sessions', { signal }))).sessions,
  staleTime: 0,
});

export const endSession = (session_id: string) =>
  bodyOf(api.DELETE('/api/v1/auth/sessions/{session_id}', { params: { path: { session_id } } }));

export const tokensQuery = queryOptions({
  queryKey: ['account', 'tokens'],
  queryFn: async ({ signal }) => (await bodyOf(api.GET('/api/v1/auth/tokens', { signal }))).tokens,
  staleTime: 0,
});

export const createToken = (body: ApiTokenInput) => bodyOf(api.POST('/api/v1/auth/tokens', { body }));

export const revokeToken = (token_id: string) =>
  bodyOf(api.DELETE('/api/v1/auth/tokens/{token_id}', { params: { path: { token_id } } }));

export const authenticatorQuery = queryOptions({
  queryKey: ['account', 'authenticator'],
  queryFn: ({ signal }) => bodyOf(api.GET('/api/v1/auth/totp', { signal })),
  staleTime: 0,
});

/** Another secret with each asking. */
export const beginAuthenticator = () => bodyOf(api.POST('/api/v1/auth/totp'));

/** Answers the recovery codes, which are told only now. */
export const confirmAuthenticator = async (code: string) =>
  (await bodyOf(api.POST('/api/v1/auth/totp/confirm', { body: { code } }))).recovery_codes;

export const removeAuthenticator = (body: { password: string; code: string }) =>
  bodyOf(api.DELETE('/api/v1/auth/totp', { body }));
