import { LinkButton } from '~/components/LinkButton';
import { EmptyState } from '~/components/States';

export function NotFoundPage() {
  return (
    <main style={{ height: '100%' }}>
      <h1 className="visually-hidden">Page not found</h1>
      <EmptyState icon="search" title="There is no such page">
        <p className="dim" style={{ margin: 0 }}>
          The address may be mistyped, or belong to a newer version.
        </p>
        <LinkButton to="/" variant="default">
          Open the chart
        </LinkButton>
      </EmptyState>
    </main>
  );
}
