import { api, bodyOf } from './client';

/** For whoever has the link. The token is never part of an address that a browser, a proxy or a log keeps. */
const by = (token: string) => ({ params: { path: { token } } });

export const lookUpInvitation = (token: string, signal: AbortSignal) =>
  bodyOf(api.GET('/api/v1/invitations/{token}', { ...by(token), signal }));

export const acceptInvitation = (token: string) =>
  bodyOf(api.POST('/api/v1/invitations/{token}/accept', by(token)));

export const registerByInvitation = (
  token: string,
  body: { email: string; password: string; display_name?: string },
) => bodyOf(api.POST('/api/v1/invitations/{token}/register', { ...by(token), body }));
