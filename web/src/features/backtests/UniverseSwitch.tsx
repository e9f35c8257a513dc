import { SegmentedControl } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';

interface Props {
  ws: string;
  value: 'single' | 'category';
}

/** What a backtest runs over: one series, or the symbols of a category against each other. */
export function UniverseSwitch({ ws, value }: Props) {
  const navigate = useNavigate();
  return (
    <SegmentedControl
      aria-label="What it runs over"
      value={value}
      onChange={(next) =>
        void navigate({
          to: '/w/$ws/backtests/new',
          params: { ws },
          search: { over: next === 'category' ? next : undefined },
        })
      }
      data={[
        { value: 'single', label: 'One symbol or ratio' },
        { value: 'category', label: 'Category, by momentum' },
      ]}
    />
  );
}
