import { expect } from 'vitest';
import { SECRET } from './customer.ts';
import { EACH_SIZE, expectFit, useDashboards } from './dashboard.ts';
import { needing } from './needs.ts';

needing('browser').describe('the test page of the dashboard', () => {
  const dashboards = useDashboards();

  needing('browser').each(EACH_SIZE)(
    'sends a sample that was changed, and shows what came back, on a %s',
    async (size) => {
      const { page, go, customer, expectWell } = await dashboards.open(size);
      const inbox = `tested-on-a-${size}`;
      const id = await customer.givenWebhook(inbox, { status: 201, body: 'thank you' }, ['thought.deleted']);
      await go(`/webhooks/test?webhook=${id}`);
      await page.getByRole('heading', { name: 'Nothing sent yet' }).waitFor();
      await expectFit(page);
      const data = page.getByLabel('Data', { exact: true });
      await data.fill('{ "thought_id": "" }');
      await page.getByText('data.thought_id must not be empty').waitFor();
      expect(await page.getByRole('button', { name: 'Send test' }).isDisabled()).toBe(true);
      await data.fill('{ "thought_id": "mine" }');
      await page.getByRole('button', { name: 'Copy as curl' }).click();
      const curl = await page.evaluate('navigator.clipboard.readText()');
      expect(curl).toContain(`/webhooks/${id}/test' \\\n  -H "Authorization: Bearer $CATHCR_API_KEY"`);
      expect(curl).toContain('"thought_id":"mine"');

      await page.getByRole('button', { name: 'Send test' }).click();
      await page.getByText(/Accepted with 201 in/).waitFor();
      await page.getByText('thank you').waitFor();
      const [request] = await customer.requestsOf(inbox, 1);
      expect(JSON.parse(request?.body ?? '').data).toEqual({ thought_id: 'mine', user_id: customer.userId });

      await page.getByText('signed, secret unknown').waitFor();
      await page.getByLabel('Secret to check signatures with').fill('another_webhook_secret');
      await page.getByText('signature does not match').waitFor();
      await page.getByLabel('Secret to check signatures with').fill(SECRET);
      await page.getByText('signature holds').waitFor();
      await expectFit(page);
      await expectWell();
    },
  );

  needing('browser').each(EACH_SIZE)(
    'checks signatures, and says what differs, on a %s',
    async (size) => {
      const { page, go, customer, expectWell } = await dashboards.open(size);
      const inbox = `signed-on-a-${size}`;
      const id = await customer.givenWebhook(inbox, {}, ['thought.deleted']);
      await customer.call('POST', `/webhooks/${id}/test`, {});
      const [request] = await customer.requestsOf(inbox, 1);
      await go('/webhooks/test');
      await page.getByLabel('Payload').fill(request?.body ?? '');
      await page.getByLabel('Secret', { exact: true }).fill(SECRET);
      const signature = page.getByLabel('Signature', { exact: true });
      await signature.fill(request?.headers['x-cathcr-signature-256'] ?? '');
      await page.getByText('It matches.').waitFor();
      await page.getByLabel('Header').selectOption('standard');
      for (const name of ['webhook-id', 'webhook-timestamp']) {
        await page.getByLabel(name).fill(request?.headers[name] ?? '');
      }
      await page.getByText('This is the value of X-Cathcr-Signature-256').waitFor();
      await signature.fill(request?.headers['webhook-signature'] ?? '');
      await page.getByText('It matches.').waitFor();
      await expectFit(page);
      await page.getByLabel('Payload').fill(JSON.stringify(JSON.parse(request?.body ?? ''), null, 2));
      await page.getByText('It does not match.').waitFor();
      await page.getByText('Sign the raw body.').waitFor();
      await expectWell();
    },
    { timeout: 90_000 },
  );
});
