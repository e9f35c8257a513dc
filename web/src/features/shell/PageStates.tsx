import { type ErrorComponentProps, useRouter } from '@tanstack/react-router';
import { ErrorState, SkeletonBlock } from '~/components/States';

/** A page that could not be opened at all: most often the server is not running. */
export function PageError({ error }: ErrorComponentProps) {
  const router = useRouter();
  return (
    <main style={{ height: '100%', minHeight: '60vh' }}>
      <h1 className="visually-hidden">Trading Lab</h1>
      <ErrorState error={error} onRetry={() => void router.invalidate()} />
    </main>
  );
}

export function PagePending() {
  return <SkeletonBlock height="100%" />;
}
