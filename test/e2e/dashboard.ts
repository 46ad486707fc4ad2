import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';
import {
  expectAccessible,
  expectNoSidewaysScroll,
  launchBrowser,
  openTab,
  type Size,
  type Tab,
} from './browser.ts';
import { type Customer, givenCustomer } from './customer.ts';
import { type System, startSystem, useMade } from './system.ts';

/** The sizes that every flow is gone through at. */
export const EACH_SIZE: [Size][] = [['desktop'], ['phone']];

/** The dashboard of a system, as a customer who is signed in has it before it. */
type Dashboard = Tab & {
  readonly customer: Customer;
  readonly go: (path: string) => Promise<void>;
  /** Expects that the page is fit for everybody and complained of nothing, and closes the tab. */
  readonly expectWell: () => Promise<void>;
};

async function startDashboards() {
  const [system, browser] = await Promise.all([startSystem(), launchBrowser()]);
  let users = 0;
  return {
    system,
    /** A tab of a customer of its own. */
    open: (size: Size) => openDashboard(system, browser, size, `user_of_the_browser_${(users += 1)}`),
    stop: async () => {
      await browser.close();
      await system.stop();
    },
  };
}

/** One system and one browser for all tests of a file. */
export const useDashboards = () => useMade(startDashboards, (dashboards) => dashboards.stop());

async function openDashboard(
  system: System,
  browser: Browser,
  size: Size,
  userId: string,
): Promise<Dashboard> {
  const customer = await givenCustomer(system, userId);
  const tab = await openTab(browser, size);
  const go = async (path: string) => {
    await tab.page.goto(`${system.url}/dashboard${path}`);
  };
  await go('/webhooks');
  await tab.page.getByLabel('API key').fill(customer.key);
  await tab.page.getByRole('button', { name: 'Sign in' }).click();
  await tab.page.getByRole('button', { name: 'Sign out' }).waitFor();
  return {
    ...tab,
    customer,
    go,
    expectWell: async () => {
      await expectFit(tab.page);
      expect(tab.complaints).toEqual([]);
      expect([...tab.hosts]).toEqual([new URL(system.url).host]);
      await tab.context.close();
    },
  };
}

/** Expects of a page as it stands that everybody can use it, at its width. */
export async function expectFit(page: Page): Promise<void> {
  await expectAccessible(page);
  await expectNoSidewaysScroll(page);
}
