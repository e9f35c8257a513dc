import type { Role, Session } from './client';

/** Shapes of routes that the generated types do not have. */

/** A session that is to set up an authenticator before anything else says so. */
export type SessionState = Session & { must_set_up_totp?: true };

/** A key for programs. What it may do is never more than its role, nor than its user. */
export interface ApiToken {
  id: string;
  name: string;
  role: Role;
  /** Null: every workspace of the user. */
  workspace_id: string | null;
  created_at: string;
  expires_at: string;
  last_used_at: string | null;
  is_expired: boolean;
}

export interface ApiTokenInput {
  name: string;
  role: Role;
  workspace_id?: string;
  expires_in_days: number;
}

/** The only time that the token itself is told. */
export type NewApiToken = Omit<ApiToken, 'is_expired'> & { token: string };

export interface Authenticator {
  is_enabled: boolean;
  confirmed_at: string | null;
  recovery_codes_left: number;
}

/** What an authenticator is set up with: the secret, and the same as an otpauth URI. */
export interface AuthenticatorSetup {
  secret: string;
  uri: string;
}

/** An account, as whoever runs the server sees it. */
export interface Account {
  id: string;
  email: string;
  display_name: string;
  status: 'active' | 'disabled';
  is_operator: boolean;
  has_password: boolean;
  created_at: string;
  last_seen_at: string | null;
  version: number;
}

export interface DeletedWorkspace {
  id: string;
  name: string;
  deleted_at: string;
  kept_until: string;
}
