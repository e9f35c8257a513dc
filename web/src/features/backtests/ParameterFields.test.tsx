import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { describe, expect, it } from 'vitest';
import { renderThemed } from '~/test/render';
import { maCross } from '~/test/strategy';
import { ParameterFields } from './ParameterFields';
import { initialDraft, type ParameterDraft } from './parameters';

let latest: ParameterDraft = {};

function Form({ errors = {} }: { errors?: Record<string, string> }) {
  const [draft, setDraft] = useState(initialDraft(maCross));
  latest = draft;
  return (
    <ParameterFields
      strategy={maCross}
      draft={draft}
      errors={errors}
      onChange={(name, value) => setDraft((old) => ({ ...old, [name]: value }))}
    />
  );
}

describe('the form of a strategy', () => {
  it('has a labelled field for every parameter, with its default, unit and bounds', () => {
    renderThemed(<Form />);
    expect(screen.getByLabelText('Fast average')).toHaveValue('20');
    expect(screen.getByLabelText('Slow average')).toHaveValue('50');
    expect(screen.getByRole('combobox', { name: 'Kind of average' })).toHaveValue('sma');
    expect(screen.getByRole('switch')).not.toBeChecked();
    expect(screen.getByText(/Reacts first \(1 to 10000\)/)).toBeInTheDocument();
  });

  it('keeps what was typed, right or wrong', async () => {
    renderThemed(<Form />);
    const fast = screen.getByLabelText('Fast average');
    await userEvent.clear(fast);
    await userEvent.type(fast, 'ten');
    expect(fast).toHaveValue('ten');
    expect(latest.fast).toBe('ten');
  });

  it('marks a changed value and takes it back to the default', async () => {
    renderThemed(<Form />);
    await userEvent.type(screen.getByLabelText('Fast average'), '0');
    await userEvent.click(screen.getByRole('button', { name: /reset Fast average to 20/ }));
    expect(latest.fast).toBe('20');
    expect(screen.queryByRole('button', { name: /reset/ })).toBeNull();
  });

  it('puts an error of the server under its field', () => {
    renderThemed(<Form errors={{ 'params.slow': 'must be above fast' }} />);
    expect(screen.getByLabelText('Slow average')).toBeInvalid();
    expect(screen.getByText('must be above fast')).toBeInTheDocument();
  });

  it('toggles a yes or no', async () => {
    renderThemed(<Form />);
    await userEvent.click(screen.getByRole('switch'));
    expect(latest.strict).toBe(true);
  });
});
