import { CodeLine } from '~/components/CodeLine';
import { EmptyState } from '~/components/States';

/** Nothing to compare: either no file of categories, or none of its symbols is priced in this asset. */
export function NoCategories({ quote, listed }: { quote: string; listed: number }) {
  if (listed > 0)
    return (
      <EmptyState icon="tiles" title={`No category has a symbol priced in ${quote}`}>
        <p className="dim" style={{ margin: 0 }}>
          Choose another quote asset above.
        </p>
      </EmptyState>
    );
  return (
    <EmptyState icon="tiles" title="There are no categories yet">
      <p className="dim" style={{ margin: 0 }}>
        They stand in the file that SYMBOL_CATEGORIES_PATH names. A first one is written out of the stored
        symbols:
      </p>
      <CodeLine code="tlab categories generate" label="Command" />
    </EmptyState>
  );
}
