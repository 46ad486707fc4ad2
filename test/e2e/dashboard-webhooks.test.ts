import { expect } from 'vitest';
import { EACH_SIZE, expectFit, useDashboards } from './dashboard.ts';
import { needing } from './needs.ts';
import { eventually } from './system.ts';

needing('browser').describe('webhooks in the dashboard', () => {
  const dashboards = useDashboards();

  needing('browser').each(EACH_SIZE)(
    'are made, with their secret shown once, on a %s',
    async (size) => {
      const { page, customer, expectWell } = await dashboards.open(size);
      const url = dashboards.system.inboxUrl(`made-on-a-${size}`);
      await page.getByRole('link', { name: 'Create your first webhook' }).click();
      await page.getByLabel('URL').fill('ftp://nowhere');
      await page.getByText('It begins with https:// or http://.').waitFor();
      await page.getByRole('button', { name: 'Create webhook' }).click();
      await page.getByText('Choose at least one event.').waitFor();
      await page.getByLabel('URL').fill(url);
      await page.getByLabel('Description').fill('Made by hand');
      await page.getByRole('checkbox', { name: 'thought.created' }).check();
      await page.getByRole('checkbox', { name: 'reminder.*' }).check();
      expect(await page.getByRole('checkbox', { name: 'reminder.due' }).isDisabled()).toBe(true);
      await expectFit(page);
      await page.getByRole('button', { name: 'Create webhook' }).click();

      await page.getByRole('heading', { name: 'Your webhook is ready' }).waitFor();
      const secret = await page.locator('output.secret').textContent();
      expect(secret).toMatch(/^whsec_.{44}$/);
      await page.getByRole('button', { name: 'Copy secret' }).click();
      await page.getByText('Copied').waitFor();
      expect(await page.evaluate('navigator.clipboard.readText()')).toBe(secret);
      await page.getByText('timingSafeEqual(given').waitFor();
      await page.getByRole('button', { name: 'Python' }).click();
      await page.getByText('hmac.compare_digest').waitFor();
      const { webhooks } = await customer.read('/webhooks');
      expect(webhooks).toMatchObject([
        { url, description: 'Made by hand', events: ['thought.created', 'reminder.*'] },
      ]);
      await expectFit(page);

      await page.getByRole('link', { name: 'To the webhook' }).click();
      await page.getByRole('heading', { name: 'Made by hand' }).waitFor();
      expect(await page.content()).not.toContain(secret);
      await expectWell();
    },
    { timeout: 90_000 },
  );

  needing('browser').each(EACH_SIZE)(
    'are changed, turned off and on, and deleted, on a %s',
    async (size) => {
      const { page, customer, go, expectWell } = await dashboards.open(size);
      const id = await customer.givenWebhook(`changed-on-a-${size}`, {});
      await go(`/webhooks/${id}/settings`);
      await page.getByLabel('Description').fill('Renamed');
      await page.getByLabel('Filter').fill('{ "thought": ');
      await page.getByText('This is no JSON yet').waitFor();
      await page.getByLabel('Filter').fill('{ "thought": { "tags": ["nowhere"] } }');
      await page.getByRole('button', { name: 'Try it on a sample' }).click();
      await page.getByText('A sample of thought.created does not get through.').waitFor();
      await page.getByLabel('Filter').fill('{ "thought": { "tags": ["important"] } }');
      await page.getByRole('button', { name: 'Try it on a sample' }).click();
      await page.getByText('A sample of thought.created gets through.').waitFor();
      await page.getByLabel('One at a time, in order').check();
      await page.getByRole('button', { name: 'Save changes' }).click();
      await page.getByText('Saved.').waitFor();
      await page.getByRole('heading', { name: 'Renamed' }).waitFor();
      await page.getByText('one at a time', { exact: true }).waitFor();
      await expectFit(page);

      await page.getByRole('button', { name: 'Add a header' }).click();
      await page.getByLabel('Name of header 1').fill('Host');
      await page.getByRole('button', { name: 'Save changes' }).click();
      await page.getByText('Each header has a name and a value.').waitFor();
      await page.getByLabel('Value of header 1').fill('a-secret-of-the-gateway');
      await page.getByRole('button', { name: 'Save changes' }).click();
      await page.getByText('Host has a reserved name.').waitFor();
      await page.getByLabel('Name of header 1').fill('X-Api-Key');
      await page.getByLabel('Keep events while I have turned it off').check();
      await page.getByRole('button', { name: 'Save changes' }).click();
      await page.getByText('Saved.').waitFor();
      await page.getByText('X-Api-Key').waitFor();
      expect(await page.content()).not.toContain('a-secret-of-the-gateway');
      expect(await customer.read(`/webhooks/${id}`)).toMatchObject({
        keep_while_inactive: true,
        headers: { 'X-Api-Key': expect.stringMatching(/^\*+$|^\*+.{4}$/) },
      });
      await page.getByRole('button', { name: 'Replace them…' }).click();
      expect(await page.getByLabel('Name of header 1').inputValue()).toBe('X-Api-Key');
      await expectFit(page);
      await page.getByRole('button', { name: 'Leave them as they are' }).click();
      await page.getByRole('button', { name: 'Remove them' }).click();
      await page.getByText('They are removed when you save.').waitFor();
      await page.getByRole('button', { name: 'Save changes' }).click();
      await eventually(async () => expect((await customer.read(`/webhooks/${id}`)).headers).toEqual({}));

      await page.getByLabel('New secret').fill('short');
      await page.getByText('A secret has at least 16 characters; 11 more.').waitFor();
      await page.getByLabel('New secret').fill('');
      await page.getByRole('button', { name: 'Rotate the secret' }).click();
      await page.getByText('This is the only time that it is shown in full.').waitFor();
      expect(await page.locator('output.secret').textContent()).toMatch(/^whsec_/);
      await page.getByRole('button', { name: 'I have kept it' }).click();
      await page.getByText('The old secret signs as well until').waitFor();
      await expectFit(page);
      const shown = async () => (await customer.read(`/webhooks/${id}`)).secret;
      const rotated = await shown();
      await page.getByRole('button', { name: 'Call it off' }).click();
      await page.getByText('The old secret signs as well until').waitFor({ state: 'detached' });
      const old = await shown();
      expect(old).not.toBe(rotated);
      await page.getByRole('button', { name: 'Rotate the secret' }).click();
      const secret = await page.locator('output.secret').textContent();
      await page.getByRole('button', { name: 'I have kept it' }).click();
      await page.getByRole('button', { name: 'Finish the rotation' }).click();
      await page.getByText('The old secret signs as well until').waitFor({ state: 'detached' });
      expect(await shown()).toBe(`************${secret?.slice(-4)}`);
      await page.getByRole('button', { name: 'Rotate the secret' }).click();
      await page.getByRole('button', { name: 'I have kept it' }).click();
      await page.getByText('The old secret signs as well until').waitFor();
      expect(await page.getByRole('button', { name: 'Rotate the secret' }).count()).toBe(0);
      await page.getByRole('button', { name: 'Replace both…' }).click();
      await page.getByRole('button', { name: 'Replace both at once' }).click();
      await page.getByText('This is the only time that it is shown in full.').waitFor();
      await page.getByRole('button', { name: 'I have kept it' }).click();
      await page.getByRole('button', { name: 'Rotate the secret' }).waitFor();
      await page.getByRole('button', { name: 'Standard Webhooks' }).click();
      await page.getByText("import { Webhook } from 'standardwebhooks';").waitFor();
      await expectFit(page);

      await page.getByRole('button', { name: 'Turn off' }).click();
      await page.getByRole('button', { name: 'Turn on' }).waitFor();
      expect(await customer.read(`/webhooks/${id}`)).toMatchObject({
        active: false,
        description: 'Renamed',
        ordered: true,
        filter: { thought: { tags: ['important'] } },
      });
      await page.getByRole('button', { name: 'Turn on' }).click();
      await page.getByRole('button', { name: 'Turn off' }).waitFor();

      await page.getByRole('button', { name: 'Delete…' }).click();
      const dialog = page.getByRole('dialog', { name: 'Delete this webhook?' });
      await dialog.waitFor();
      expect(await dialog.getByRole('button', { name: 'Delete for good' }).isDisabled()).toBe(true);
      await expectFit(page);
      await dialog.getByRole('textbox').fill('delete');
      await dialog.getByRole('button', { name: 'Delete for good' }).click();
      await page.getByRole('heading', { name: 'No webhooks yet' }).waitFor();
      expect((await customer.call('GET', `/webhooks/${id}`)).status).toBe(404);
      await expectWell();
    },
    { timeout: 90_000 },
  );

  needing('browser').each(EACH_SIZE)(
    'tell why they were disabled, and how they are doing, on a %s',
    async (size) => {
      const { page, customer, go, expectWell } = await dashboards.open(size);
      const id = await customer.givenWebhook(`gone-on-a-${size}`, { status: 410 });
      await customer.publish();
      await eventually(async () => {
        expect((await customer.read(`/webhooks/${id}`)).active).toBe(false);
        expect((await customer.read(`/webhooks/${id}/stats`)).totals.exhausted).toBe(1);
      });
      await go(`/webhooks/${id}`);
      await page.getByText(/Cathcr turned this webhook off on/).waitFor();
      await page.getByText(/was answered 410 Gone/).waitFor();
      await expectFit(page);

      await go('/');
      await page.getByText('was turned off by Cathcr.').waitFor();
      await page.getByRole('heading', { name: 'Attempts by outcome' }).waitFor();
      const chart = page.getByRole('img', { name: /^Attempts by outcome/ });
      await chart.focus();
      await page.keyboard.press('ArrowLeft');
      await page.locator('.legend', { hasText: /Given up\s*1/ }).waitFor();
      await page.getByText('As a table').first().click();
      await page.getByRole('table', { name: 'Attempts by outcome' }).waitFor();
      await expectFit(page);
      await page.getByRole('button', { name: 'Month' }).click();
      await page.getByRole('heading', { name: 'The last 30 days' }).waitFor();
      await page.getByRole('heading', { name: 'Response times' }).waitFor();
      await go('/webhooks');
      await page.getByRole('img', { name: 'Last 7 days: 1 attempt, 1 failed' }).waitFor();
      await page.getByText('Disabled').waitFor();
      await expectWell();
    },
  );

  needing('browser').test(
    'what a key may not do is said, with what would help',
    async () => {
      const { page, customer, go, context } = await dashboards.open('desktop');
      const id = await customer.givenWebhook('read-only', {});
      await page.route(`**/webhooks/${id}`, (route) =>
        route.request().method() === 'PATCH'
          ? route.fulfill({ status: 403, json: { detail: 'the API key lacks the scope webhooks:write' } })
          : route.continue(),
      );
      await go(`/webhooks/${id}`);
      await page.getByRole('button', { name: 'Turn off' }).click();
      await page.getByText('Your key may not do this: the API key lacks the scope webhooks:write.').waitFor();
      await page.getByText('Sign in with a key that has the scope').waitFor();
      await context.close();
    },
    { timeout: 90_000 },
  );

  needing('browser').test(
    'the events to choose from are told, each with its data',
    async () => {
      const { page, go, expectWell } = await dashboards.open('phone');
      await go('/events');
      await page.getByText('thought.created', { exact: true }).click();
      await page.getByText('thought.category.name').first().waitFor();
      await page.getByText('"This is a new thought"').waitFor();
      await expectFit(page);
      await page.getByRole('link', { name: 'Webhook for it' }).first().click();
      await page.getByRole('heading', { name: 'New webhook' }).waitFor();
      expect(await page.getByRole('checkbox', { name: 'thought.created' }).isChecked()).toBe(true);
      await expectWell();
    },
    { timeout: 90_000 },
  );
});
