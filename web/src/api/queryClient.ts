import { QueryClient } from '@tanstack/react-query';
import { isTransient } from './problem';

/** Answers stay fresh for half a minute; a refusal is not asked again, an unreachable server twice. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
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
}
