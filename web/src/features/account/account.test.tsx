import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { fireEvent, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Gated, MemberContext } from '~/components/Gated';
import { renderThemed } from '~/test/render';
import { LoginForm } from './LoginForm';

const session = { auth_mode: 'password', user: { id: 'ann' }, active_workspace_id: '', workspaces: [] };

/** Answers each login in turn; the bodies that were sent. */
function server(...answers: [status: number, body: object, headers?: Record<string, string>][]) {
  const sent: unknown[] = [];
  vi.stubGlobal('fetch', async (request: Request) => {
    sent.push(await request.json());
    const [status, body, headers] = answers.shift() ?? [500, {}];
    return new Response(JSON.stringify(body), { status, headers });
  });
  return sent;
}

function show() {
  const onDone = vi.fn();
  renderThemed(
    <QueryClientProvider client={new QueryClient()}>
      <LoginForm onDone={onDone} />
    </QueryClientProvider>,
  );
  return onDone;
}

const refusal = (code: string, status = 401) => ({
  title: 'No',
  detail: 'the words of the server',
  code,
  status,
});

async function fill() {
  await userEvent.type(screen.getByLabelText('E-mail'), 'ann@example.org');
  await userEvent.type(screen.getByLabelText('Password'), 'secret');
  await userEvent.keyboard('{Enter}');
}

afterEach(() => vi.unstubAllGlobals());

describe('signing in', () => {
  it('says what is missing instead of sending nothing', async () => {
    const sent = server();
    show();
    await userEvent.click(screen.getByRole('button', { name: 'Sign in' }));
    expect(screen.getByText('Your e-mail address is missing.')).toBeInTheDocument();
    expect(screen.getByLabelText('E-mail')).toHaveFocus();
    expect(sent).toEqual([]);
  });

  it('says one thing of every account', async () => {
    server([401, refusal('wrong_credentials')]);
    show();
    await fill();
    expect(await screen.findByText('E-mail or password is wrong.')).toBeInTheDocument();
  });

  it('asks for a code as a second step, and sends all again with it', async () => {
    const sent = server([401, refusal('otp_required')], [200, session]);
    const onDone = show();
    await fill();
    await userEvent.type(await screen.findByLabelText('One-time code'), '123 456');
    await userEvent.keyboard('{Enter}');
    await vi.waitFor(() => expect(onDone).toHaveBeenCalled());
    expect(sent[1]).toEqual({ email: 'ann@example.org', password: 'secret', otp: '123456', remember: false });
  });

  it('counts down, and sends nothing before', async () => {
    const sent = server([429, refusal('throttled', 429), { 'Retry-After': '42' }]);
    show();
    await fill();
    expect(await screen.findByText('Too many tries. Try again in 42 s.')).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Sign in' }));
    expect(sent).toHaveLength(1);
  });

  it('says that the whole server is being guessed at, and counts down', async () => {
    const sent = server([429, refusal('only_known_browsers', 429), { 'Retry-After': '42' }]);
    show();
    await fill();
    expect(
      await screen.findByText(/only browsers that were signed in here before.* in 42 s\./),
    ).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Sign in' }));
    expect(sent).toHaveLength(1);
  });

  it('tells of Caps Lock', () => {
    show();
    fireEvent.keyDown(screen.getByLabelText('Password'), { key: 'A', modifierCapsLock: true });
    expect(screen.getByText('Caps Lock is on.')).toBeInTheDocument();
  });
});

describe('what a role may not do', () => {
  const onClick = vi.fn();
  const button = (role: 'viewer' | 'trader' | 'editor', madeBy?: string) =>
    renderThemed(
      <MemberContext value={{ userId: 'me', role }}>
        <Gated needs="trader" madeBy={madeBy}>
          <button type="button" onClick={onClick}>
            Run
          </button>
        </Gated>
      </MemberContext>,
    );

  it('is there, and does nothing', async () => {
    button('viewer');
    const shown = screen.getByRole('button', { name: 'Run' });
    expect(shown).toHaveAttribute('aria-disabled', 'true');
    await userEvent.click(shown);
    expect(onClick).not.toHaveBeenCalled();
  });

  it('takes an editor where it is of somebody else', () => {
    button('trader', 'other');
    expect(screen.getByRole('button', { name: 'Run' })).toHaveAttribute('aria-disabled', 'true');
  });

  it('is free to whoever may', async () => {
    button('trader', 'me');
    await userEvent.click(screen.getByRole('button', { name: 'Run' }));
    expect(onClick).toHaveBeenCalledOnce();
  });
});
