import { groupEvents, useCatalogue } from '../data/catalogue.ts';
import type { EventType } from '../data/types.ts';
import { ButtonLink, Code, Failure, Loading } from '../ui/basics.tsx';
import { Icon } from '../ui/icons.tsx';
import { Card, Page } from '../ui/page.tsx';
import { SchemaTable } from './schema-table.tsx';

/** Everything that a webhook can be told of. */
export function EventsPage() {
  const { data, error, reload } = useCatalogue();
  return (
    <Page
      title="Events"
      lead="What happens in Cathcr that a webhook can be told of: when, and with which data."
    >
      {error && <Failure error={error} onRetry={reload} />}
      {!data && !error && <Loading what="the events" />}
      <div class="stack">
        {groupEvents(data?.event_types ?? []).map(({ name, events }) => (
          <Card key={name} title={`${name}.*`} flush>
            <ul class="catalogue">
              {events.map((event) => (
                <EventEntry key={event.name} event={event} />
              ))}
            </ul>
          </Card>
        ))}
      </div>
    </Page>
  );
}

function EventEntry({ event }: { readonly event: EventType }) {
  return (
    <li>
      <details>
        <summary>
          <Icon name="forward" />
          <span class="mono">{event.name}</span>
          <span class="muted">{event.description}</span>
        </summary>
        <div class="columns event-about">
          <div class="stack">
            <h3>Its data</h3>
            <SchemaTable schema={event.schema} />
            <div class="actions">
              <ButtonLink to={`/webhooks/new?event=${event.name}`} icon="plus">
                Webhook for it
              </ButtonLink>
              <ButtonLink to={`/webhooks/test?event=${event.name}`} icon="send">
                Send a test
              </ButtonLink>
            </div>
          </div>
          <Code label="A sample of data" text={JSON.stringify(event.sample, null, 2)} />
        </div>
      </details>
    </li>
  );
}
