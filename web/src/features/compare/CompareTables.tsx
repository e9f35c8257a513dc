import { useQuery } from '@tanstack/react-query';
import { Fragment, type ReactNode } from 'react';
import type { Comparison } from '~/api/client';
import { strategiesQuery } from '~/api/market';
import { Icon } from '~/components/Icon';
import { memberLabel, memberName } from '~/features/backtests/memberNames';
import { metricTone } from '~/features/backtests/metrics';
import { formatNumber } from '~/lib/format';
import { heatStyle } from '~/lib/heat';
import classes from './Compare.module.css';
import { deltaText, type MetricLine, metricGroups, requestLines, valueText } from './compare';
import { letterOf } from './runs';

interface Props {
  comparison: Comparison;
  base: number;
}

interface SheetProps extends Props {
  title: string;
  label: string;
  /** What stands over the first column. */
  corner: string;
  note?: ReactNode;
  children: ReactNode;
}

/** A table with a column a run. */
function Sheet({ title, label, corner, comparison, base, note, children }: SheetProps) {
  return (
    <section className={classes.box} aria-label={title}>
      <h2>{title}</h2>
      <div className={classes.scroller} role="region" aria-label={label} tabIndex={0}>
        <table className={classes.sheet}>
          <thead>
            <tr>
              <th scope="col">{corner}</th>
              {comparison.backtests.map(({ id }, index) => (
                <th key={id} scope="col" data-base={index === base || undefined}>
                  {letterOf(index)}
                  {index === base && <span className={classes.baseMark}> base</span>}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>{children}</tbody>
        </table>
      </div>
      {note && <p className={classes.under}>{note}</p>}
    </section>
  );
}

/** Every figure of every run, the best of each marked, and how it differs from the base. */
export function MetricMatrix({ comparison, base }: Props) {
  const width = comparison.backtests.length + 1;
  return (
    <Sheet
      title="Figures"
      label="Figures, table"
      corner="Figure"
      comparison={comparison}
      base={base}
      note={
        <>
          <BestMark /> marks the best of a row, where more or less of it is better. The small line is the
          difference from {letterOf(base)}, of percentages in percentage points (pp).
        </>
      }
    >
      {metricGroups(comparison).map(({ title, lines }) => (
        <Fragment key={title}>
          <tr>
            <th scope="colgroup" colSpan={width}>
              {title}
            </th>
          </tr>
          {lines.map((line) => (
            <MetricRow key={line.metric.key} line={line} base={base} />
          ))}
        </Fragment>
      ))}
    </Sheet>
  );
}

const BestMark = () => (
  <span className={classes.best}>
    <Icon name="check" size={13} />
  </span>
);

function MetricRow({ line, base }: { line: MetricLine; base: number }) {
  return (
    <tr>
      <th scope="row" title={line.metric.definition}>
        {line.metric.label}
      </th>
      {line.values.map((value, index) => {
        const delta = deltaText(line, index, base);
        return (
          <td key={letterOf(index)} data-best={line.best === index || undefined}>
            {line.best === index && (
              <>
                <BestMark />
                <span className="visually-hidden">best: </span>
              </>
            )}
            <span className={metricTone(line.metric, value)}>{valueText(line, index)}</span>
            {delta && <small>{delta}</small>}
          </td>
        );
      })}
    </tr>
  );
}

/** Only what was asked for differently. */
export function ParameterDiff({ comparison, base }: Props) {
  const { data: strategies = [] } = useQuery(strategiesQuery);
  const lines = requestLines(comparison, (member) => memberLabel(member, strategies));
  if (lines.length === 0)
    return (
      <section className={classes.box} aria-label="What was asked differently">
        <h2>What was asked differently</h2>
        <p className={classes.under}>Nothing: the requests are the same.</p>
      </section>
    );
  return (
    <Sheet
      title="What was asked differently"
      label="What was asked differently, table"
      corner="Setting"
      comparison={comparison}
      base={base}
    >
      {lines.map(({ members, label, texts }) => (
        <tr key={label}>
          <th scope="row" title={members.map(memberName).join(', ')}>
            {label}
          </th>
          {texts.map((text, index) => (
            <td key={letterOf(index)} data-same={(index !== base && text === texts[base]) || undefined}>
              {text}
            </td>
          ))}
        </tr>
      ))}
    </Sheet>
  );
}

/** How alike the runs moved, from one common bar to the next. */
export function CorrelationMatrix({ comparison, base }: Props) {
  return (
    <Sheet
      title="Correlation of returns"
      label="Correlation of returns, table"
      corner="Run"
      comparison={comparison}
      base={base}
      note="Of the returns from one common bar to the next: days, where all runs are of daily bars. 1 moves alike, 0 has nothing to do with each other."
    >
      {comparison.correlation.map((row, at) => (
        <tr key={letterOf(at)}>
          <th scope="row">{letterOf(at)}</th>
          {row.map((value, index) => (
            <td key={letterOf(index)} style={index === at ? undefined : heatStyle(value, 1)}>
              {formatNumber(value)}
            </td>
          ))}
        </tr>
      ))}
    </Sheet>
  );
}
