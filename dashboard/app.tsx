import { SessionProvider } from './data/session.tsx';
import { DeliveryPage } from './pages/delivery.tsx';
import { EventsPage } from './pages/events.tsx';
import { NewWebhookPage } from './pages/new-webhook.tsx';
import { NotFoundPage } from './pages/not-found.tsx';
import { OverviewPage } from './pages/overview.tsx';
import { SignInPage } from './pages/sign-in.tsx';
import { TestPage } from './pages/test.tsx';
import {
  WebhookDeliveriesPage,
  WebhookRecoveriesPage,
  WebhookSettingsPage,
  WebhookStatisticsPage,
} from './pages/webhook.tsx';
import { WebhooksPage } from './pages/webhooks.tsx';
import { findRoute, type Route, RouterProvider, usePlace } from './router.tsx';
import { Shell } from './ui/shell.tsx';

const ROUTES: readonly Route[] = [
  { pattern: '/', page: OverviewPage },
  { pattern: '/webhooks', page: WebhooksPage },
  { pattern: '/webhooks/new', page: NewWebhookPage },
  { pattern: '/webhooks/test', page: TestPage },
  { pattern: '/webhooks/:id', page: WebhookDeliveriesPage },
  { pattern: '/webhooks/:id/statistics', page: WebhookStatisticsPage },
  { pattern: '/webhooks/:id/recoveries', page: WebhookRecoveriesPage },
  { pattern: '/webhooks/:id/settings', page: WebhookSettingsPage },
  { pattern: '/webhooks/:id/deliveries/:delivery', page: DeliveryPage },
  { pattern: '/events', page: EventsPage },
];

export function App() {
  return (
    <RouterProvider>
      <SessionProvider signIn={(signIn, notice) => <SignInPage signIn={signIn} notice={notice} />}>
        <Shell>
          <CurrentPage />
        </Shell>
      </SessionProvider>
    </RouterProvider>
  );
}

function CurrentPage() {
  const { path } = usePlace();
  const { page: CurrentPageOf = NotFoundPage, params = {} } = findRoute(ROUTES, path) ?? {};
  return <CurrentPageOf key={path} params={params} />;
}
