import { expect } from 'vitest';
import { EACH_SIZE, expectFit, useDashboards } from './dashboard.ts';
import { needing } from './needs.ts';

needing('browser').describe('deliveries in the dashboard', () => {
  const dashboards = useDashboards();

  const given = async (size: 'desktop' | 'phone', inbox: string) => {
    const dashboard = await dashboards.open(size);
    const { customer } = dashboard;
    const id = await customer.givenWebhook(inbox, {}, ['thought.*', 'reminder.due']);
    return { ...dashboard, id, publish: customer.publish };
  };

  needing('browser').each(EACH_SIZE)(
    'show up while one watches, and are filtered, on a %s',
    async (size) => {
      const { page, go, id, publish, expectWell } = await given(size, `watched-on-a-${size}`);
      await go(`/webhooks/${id}`);
      await page.getByRole('heading', { name: 'Nothing was delivered yet' }).waitFor();
      await expectFit(page);
      await publish('thought.created');
      await page.getByRole('link', { name: 'thought.created' }).waitFor();
      await publish('reminder.due');
      await page.getByRole('link', { name: 'reminder.due' }).waitFor();
      await page.getByText('succeeded').nth(2).waitFor();
      await expectFit(page);

      await page.getByLabel('Event').selectOption('reminder.due');
      await expect
        .poll(() => page.getByRole('link', { name: 'thought.created' }).count(), { timeout: 20_000 })
        .toBe(0);
      await page.getByRole('link', { name: 'reminder.due' }).waitFor();
      expect(page.url()).toContain('event=reminder.due');
      await page.getByLabel('State').selectOption('exhausted');
      await page.getByRole('heading', { name: 'None like that' }).waitFor();
      await page.getByRole('link', { name: 'Show all deliveries' }).click();
      await page.getByLabel('Time').selectOption('1');
      await page.getByRole('link', { name: 'thought.created' }).waitFor();
      await page.getByLabel('Time').selectOption('between');
      await page.getByLabel('From').waitFor();
      await page.getByRole('link', { name: 'thought.created' }).waitFor();
      await expectWell();
    },
    { timeout: 90_000 },
  );

  needing('browser').each(EACH_SIZE)(
    'tell each attempt, the next one, and are replayed, on a %s',
    async (size) => {
      const { page, go, id, customer, publish, expectWell } = await given(size, `failing-on-a-${size}`);
      const inbox = `failing-on-a-${size}`;
      await dashboards.system.setBehaviour(inbox, { status: 503, body: 'not now' });
      await publish('thought.created');
      await customer.whenScheduled(id);
      await go(`/webhooks/${id}`);
      await page.getByText('retrying').nth(1).waitFor();
      await page.getByRole('link', { name: 'thought.created' }).click();
      await page.getByText(/Attempt 3 is due in/).waitFor();
      await page.getByText('Attempt 2', { exact: true }).waitFor();
      await page.getByText('not now').first().waitFor();
      await page.getByText('"content": "This is a new thought"').waitFor();
      await expectFit(page);
      await page.getByRole('button', { name: 'Copy as curl' }).first().click();
      const curl = await page.evaluate('navigator.clipboard.readText()');
      expect(curl).toMatch(
        /^curl -X POST 'http.*X-Cathcr-Signature-256: sha256=[0-9a-f]{64}'.*--data-binary/s,
      );
      expect(curl).not.toContain(customer.key);

      await dashboards.system.setBehaviour(inbox, {});
      await page.getByRole('button', { name: 'Replay' }).click();
      await page.getByText('Run 2, attempt 1').waitFor();
      await page.getByText('succeeded').waitFor();
      await expectWell();
    },
  );

  needing('browser').test(
    'are replayed all at once, with progress, and walked page by page',
    async () => {
      const { page, go, id, customer, publish, expectWell } = await given('phone', 'many');
      await Promise.all(Array.from({ length: 27 }, () => publish('thought.deleted')));
      await customer.requestsOf('many', 27);
      await go(`/webhooks/${id}`);
      await expect
        .poll(() => page.getByRole('link', { name: 'thought.deleted' }).count(), { timeout: 20_000 })
        .toBe(25);
      await page.getByRole('button', { name: 'Show older ones' }).click();
      await expect
        .poll(() => page.getByRole('link', { name: 'thought.deleted' }).count(), { timeout: 20_000 })
        .toBe(27);
      await page.getByLabel('Select all that are shown').check();
      await page.getByText('27 selected').waitFor();
      await expectFit(page);
      await page.getByRole('button', { name: 'Replay…' }).click();
      const dialog = page.getByRole('dialog', { name: 'Replay 27 deliveries?' });
      await dialog.getByRole('button', { name: 'Replay' }).click();
      await page.getByText('27 of 27 are on their way.').waitFor();
      await expectFit(page);
      await page.getByRole('button', { name: 'Done' }).click();
      await customer.requestsOf('many', 54);
      await expectWell();
    },
    { timeout: 90_000 },
  );
});
