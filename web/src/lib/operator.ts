import type { Session } from '~/api/client';

/** Whether the person runs this server. Where nobody signs in everybody does. */
export const isOperator = ({ auth_mode, user }: Session): boolean =>
  auth_mode === 'none' || user.is_operator === true;
