import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { mintApiKey } from '../core/api-key.ts';
import { start } from '../local/runtime.ts';
import { synthesize } from '../local/synthesize.ts';
import { admit } from './admit.ts';
import { furnish, MOVED_SECONDS, missSome, openShop } from './pictures/shop.ts';
import { quietSdk } from './quiet-sdk.ts';

/*
 * Makes the pictures of docs/dashboard.md anew, of a system on this machine with a customer made up. It takes Debian's
 * chromium and pngquant, which makes the files a third as large.
 */

const IMAGES = join(import.meta.dirname, '..', 'docs', 'images');
const DESKTOP = { viewport: { width: 1180, height: 900 } };
const PHONE = { viewport: { width: 390, height: 780 }, hasTouch: true, colorScheme: 'dark' } as const;

/** A tab of somebody who is signed in, and what takes a picture of it at a height. */
async function openTab(browser: Browser, url: string, options: typeof DESKTOP | typeof PHONE, key: string) {
  const context = await browser.newContext({ ...options, reducedMotion: 'reduce', locale: 'en-US' });
  await context.addInitScript(`{ const { now } = Date; Date.now = () => now() + ${MOVED_SECONDS * 1000}; }`);
  const page = await context.newPage();
  const go = (path: string) => page.goto(`${url}/dashboard${path}`, { waitUntil: 'networkidle' });
  const shoot = async (name: string, height = options.viewport.height) => {
    await page.setViewportSize({ ...options.viewport, height });
    await page.screenshot({ path: join(IMAGES, `${name}.png`) });
    await page.setViewportSize(options.viewport);
  };
  await go('/');
  await page.getByLabel('API key').fill(key);
  if (options === DESKTOP) await shoot('sign-in', 520);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
  return { page, go, shoot };
}

/** Scrolls so far that this is at the top, below what stays there. */
const scrollTo = async (page: Page, text: string, below = 24) => {
  const box = await page.getByText(text, { exact: true }).first().boundingBox();
  await page.mouse.wheel(0, (box?.y ?? 0) - below);
  await page.waitForTimeout(200);
};

type Tab = Awaited<ReturnType<typeof openTab>>;
type Furnished = Awaited<ReturnType<typeof furnish>>;

async function shootForms({ page, go, shoot }: Tab, { main }: Furnished) {
  await go('/webhooks/new');
  await page.getByLabel('URL').fill('https://your-app.com/webhooks/cathcr');
  await page.getByLabel('Description').fill('Main application webhook');
  await page.getByRole('checkbox', { name: 'thought.*' }).check();
  await shoot('new-webhook');
  await page.getByRole('button', { name: 'Create webhook' }).click();
  await page.getByRole('heading', { name: 'Your webhook is ready' }).waitFor();
  await shoot('secret');
  await go(`/webhooks/${main}/settings`);
  await scrollTo(page, 'Filter', 48);
  await page.getByRole('button', { name: 'Try it on a sample' }).click();
  await page.getByText(/A sample of/).waitFor();
  await shoot('settings', 1000);
}

async function shootDeliveries({ page, go, shoot }: Tab, { main, retried }: Furnished) {
  await go(`/webhooks/${main}`);
  await page.getByRole('link', { name: 'thought.deleted' }).first().waitFor();
  for (const row of [2, 3]) await page.getByRole('checkbox').nth(row).check();
  await shoot('deliveries', 860);
  await go(`/webhooks/${main}/deliveries/${retried}`);
  await page.getByText('Attempt 3').waitFor();
  await shoot('delivery');
  await go(`/webhooks/${main}/statistics`);
  await page.getByRole('heading', { name: 'Attempts by outcome' }).waitFor();
  await shoot('statistics', 860);
}

async function shootOthers({ page, go, shoot }: Tab, { main }: Furnished) {
  await go('/');
  await page.getByRole('heading', { name: 'Attempts by outcome' }).waitFor();
  await shoot('overview');
  await go('/webhooks');
  await shoot('webhooks', 480);
  await go(`/webhooks/test?webhook=${main}`);
  await page.getByRole('button', { name: 'Send test' }).click();
  await page.getByText(/^Accepted with 200/).waitFor();
  await page.evaluate('scrollTo(0, 0)');
  await shoot('test', 1240);
  await go('/events');
  await page.getByText('thought.created', { exact: true }).click();
  await shoot('events');
}

async function shootOnPhone({ page, go, shoot }: Tab, { main }: Furnished) {
  await go('/');
  await page.getByRole('heading', { name: 'Attempts by outcome' }).waitFor();
  await scrollTo(page, 'Attempts', 100);
  await shoot('phone-overview');
  await go(`/webhooks/${main}`);
  await page.getByRole('link', { name: 'thought.deleted' }).first().waitFor();
  await shoot('phone-deliveries');
  await go(`/webhooks/test?webhook=${main}`);
  await page.getByLabel('Data', { exact: true }).waitFor();
  await shoot('phone-test');
}

async function makePictures() {
  const assemblyDirectory = await mkdtemp(join(tmpdir(), 'cathcr-webhooks-'));
  const key = mintApiKey();
  await synthesize({ stage: 'local', outputDirectory: assemblyDirectory, context: {} });
  const runtime = await start({ assemblyDirectory, port: 3000, prepare: (account) => admit(account, key) });
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  try {
    const shop = await openShop(runtime, runtime.url, key);
    const furnished = await furnish(shop);
    const desktop = await openTab(browser, runtime.url, DESKTOP, key);
    await shootOthers(desktop, furnished);
    await shootDeliveries(desktop, furnished);
    await shootOnPhone(await openTab(browser, runtime.url, PHONE, key), furnished);
    await missSome(shop, furnished.analytics);
    await desktop.go(`/webhooks/${furnished.analytics}/recoveries`);
    await desktop.page.getByText('running').waitFor();
    await desktop.shoot('recoveries', 940);
    await shootForms(desktop, furnished);
    const pictures = (await readdir(IMAGES)).map((name) => join(IMAGES, name));
    execFileSync('pngquant', ['--force', '--ext=.png', '--strip', '48', ...pictures]);
  } finally {
    await browser.close();
    await runtime.stop();
    await rm(assemblyDirectory, { recursive: true, force: true });
  }
}

quietSdk();
await makePictures();
