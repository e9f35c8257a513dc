import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { describeError, isTransient } from './problem';
import { sessionQuery } from './session';

/**
 * Answers stay fresh for half a minute; a refusal is not asked again, an unreachable server twice. Whoever is told
 * that their role is too low has another one than this page believed: it is read again.
 */
export function createQueryClient(): QueryClient {
  const onError = (error: unknown) => {
    if (describeError(error).requiredRole === '') return;
    void client.invalidateQueries({ queryKey: sessionQuery.queryKey });
  };
  const client = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        gcTime: 10 * 60_000,
        refetchOnWindowFocus: false,
        retry: (count, error) => count < 2 && isTransient(error),
      },
      mutations: { retry: false },
    },
  });
  return client;
}
