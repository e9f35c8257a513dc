import { queryOptions } from '@tanstack/react-query';
import { ask } from './ask';
import { api, bodyOf, type Session } from './client';
import type { ApiToken, ApiTokenInput, Authenticator, AuthenticatorSetup, NewApiToken } from './people';
import { asSession } from './session';

/** One's own account: signing in and out, sessions, password, one-time codes, keys for programs. */

export interface Credentials {
  email: string;
  password: string;
  /** A code of the authenticator, or a recovery code. */
  otp?: string;
  remember?: boolean;
}

export const signIn = async (body: Credentials): Promise<Session> =>
  asSession(await ask<Session>('/auth/login', { method: 'POST', body }));

export const signOut = () => bodyOf(api.POST('/api/v1/auth/logout'));

export const provePassword = (password: string) =>
  bodyOf(api.POST('/api/v1/auth/reauth', { body: { password } }));

export const changePassword = (body: { current_password: string; new_password: string }) =>
  bodyOf(api.POST('/api/v1/auth/password', { body }));

export const rename = (display_name: string) =>
  ask<Session>('/me', { method: 'PATCH', body: { display_name } });

export const sessionsQuery = queryOptions({
  queryKey: ['account', 'sessions'],
  queryFn: async ({ signal }) => (await bodyOf(api.GET('/api/v1/auth/sessions', { signal }))).sessions,
  staleTime: 0,
});

export const endSession = (session_id: string) =>
  bodyOf(api.DELETE('/api/v1/auth/sessions/{session_id}', { params: { path: { session_id } } }));

export const tokensQuery = queryOptions({
  queryKey: ['account', 'tokens'],
  queryFn: async ({ signal }) => (await ask<{ tokens: ApiToken[] }>('/auth/tokens', { signal })).tokens,
  staleTime: 0,
});

export const createToken = (body: ApiTokenInput) =>
  ask<NewApiToken>('/auth/tokens', { method: 'POST', body });

export const revokeToken = (id: string) => ask<void>(`/auth/tokens/${id}`, { method: 'DELETE' });

export const authenticatorQuery = queryOptions({
  queryKey: ['account', 'authenticator'],
  queryFn: ({ signal }) => ask<Authenticator>('/auth/totp', { signal }),
  staleTime: 0,
});

export const beginAuthenticator = () => ask<AuthenticatorSetup>('/auth/totp', { method: 'POST' });

/** Answers the recovery codes, which are told only now. */
export const confirmAuthenticator = async (code: string) =>
  (await ask<{ recovery_codes: string[] }>('/auth/totp/confirm', { method: 'POST', body: { code } }))
    .recovery_codes;

export const removeAuthenticator = (body: { password: string; code: string }) =>
  ask<void>('/auth/totp', { method: 'DELETE', body });
