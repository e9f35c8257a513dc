import { useMutation } from '@tanstack/react-query';
import { signOut } from '~/api/account';
import { signedIn } from '~/api/needs';
import { tellTabs } from '~/lib/tabs';
import { toastError } from '~/lib/toast';
import { leave } from './leave';

/** Ends the session on the server and leaves every tab of this browser on the page to sign in on. */
export function useSignOut() {
  return useMutation({
    mutationFn: async () => {
      // From here on a refusal is no reason to ask whether to sign in again.
      const user = signedIn.get();
      signedIn.set('');
      await signOut().catch((error) => {
        signedIn.set(user);
        throw error;
      });
    },
    onSuccess: () => {
      tellTabs('');
      leave(false);
    },
    onError: (error) => toastError('Could not log out', error),
  });
}
