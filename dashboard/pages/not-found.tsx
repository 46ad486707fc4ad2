import { ButtonLink, Empty } from '../ui/basics.tsx';
import { Page } from '../ui/page.tsx';

export function NotFoundPage() {
  return (
    <Page title="Not found">
      <Empty
        icon="warning"
        title="There is no such page"
        action={
          <ButtonLink to="/webhooks" kind="primary">
            To your webhooks
          </ButtonLink>
        }
      >
        The address may be mistyped, or what it led to is gone.
      </Empty>
    </Page>
  );
}
