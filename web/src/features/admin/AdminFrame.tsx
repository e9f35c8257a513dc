import { Tabs } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { OperatorsOnly } from '~/components/OperatorsOnly';
import { useTitle } from '~/lib/useTitle';
import page from '../account/Settings.module.css';

const PAGES = { users: 'Users', audit: 'Audit log' };
type Page = keyof typeof PAGES;

/** The pages about the server, one beside the other. */
export function AdminFrame({ page: shown, children }: { page: Page; children: ReactNode }) {
  const navigate = useNavigate();
  useTitle(`${PAGES[shown]} of the server`);
  return (
    <div className={page.page}>
      <h1>This server</h1>
      <Tabs
        value={shown}
        onChange={(next) => void navigate({ to: next === 'audit' ? '/admin/audit' : '/admin/users' })}
      >
        <Tabs.List>
          {Object.entries(PAGES).map(([value, label]) => (
            <Tabs.Tab key={value} value={value}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={shown} className={page.panel}>
          <OperatorsOnly>{children}</OperatorsOnly>
        </Tabs.Panel>
      </Tabs>
    </div>
  );
}
