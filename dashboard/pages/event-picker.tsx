import { groupEvents, isOperational, stands, useCatalogue } from '../data/catalogue.ts';
import { Failure, Loading, Segments } from '../ui/basics.tsx';

type EventPickerProps = {
  /** Names of events, groups such as `thought.*`, or `*`. */
  readonly value: readonly string[];
  readonly onChange: (value: string[]) => void;
  readonly fault?: string | undefined;
};

/** Which events a webhook is told of: all, whole groups with what will be added to them, or one by one. */
export function EventPicker({ value, onChange, fault }: EventPickerProps) {
  const { data, error, reload } = useCatalogue();
  const isAll = value.includes('*');
  const toggle = (pattern: string, on: boolean, covered: readonly string[] = []) => {
    const others = value.filter((one) => one !== pattern && !covered.includes(one));
    onChange(on ? [...others, pattern] : others);
  };
  return (
    <fieldset class={fault ? 'faulty' : undefined} aria-describedby="events-about">
      <div class="row spread picker-head">
        <legend>Events</legend>
        <Segments
          label="Which events"
          value={isAll ? 'all' : 'some'}
          choices={[
            { value: 'some', label: 'Chosen ones' },
            { value: 'all', label: 'All events' },
          ]}
          onChange={(choice) => {
            const operational = value.filter(
              (one) => one !== '*' && isOperational(one.slice(0, one.indexOf('.'))),
            );
            onChange(choice === 'all' ? ['*', ...operational] : operational);
          }}
        />
      </div>
      {isAll && (
        <p class="muted small">
          All that happens in Cathcr, and what is added later. What becomes of webhooks themselves is asked
          for apart:
        </p>
      )}
      {error && <Failure error={error} onRetry={reload} />}
      {!data && !error && <Loading what="the events" />}
      {data && (
        <div class="picker">
          {groupEvents(data.event_types)
            .filter(({ name }) => !isAll || isOperational(name))
            .map(({ name, events }) => {
              const pattern = `${name}.*`;
              const hasGroup = value.includes(pattern);
              return (
                <div key={name} class="picker-group">
                  <label class="choice">
                    <input
                      type="checkbox"
                      checked={hasGroup}
                      onChange={({ currentTarget }) =>
                        toggle(
                          pattern,
                          currentTarget.checked,
                          events.map((event) => event.name),
                        )
                      }
                    />
                    <span>
                      <strong>{pattern}</strong>
                      <small>The whole group, and what is added to it later</small>
                    </span>
                  </label>
                  <div class="picker-events">
                    {events.map((event) => (
                      <label key={event.name} class="choice">
                        <input
                          type="checkbox"
                          disabled={hasGroup}
                          checked={value.some((one) => stands(one, event.name))}
                          onChange={({ currentTarget }) => toggle(event.name, currentTarget.checked)}
                        />
                        <span>
                          {event.name}
                          <small>{event.description}</small>
                        </span>
                      </label>
                    ))}
                  </div>
                </div>
              );
            })}
        </div>
      )}
      <div id="events-about" class="field-about">
        {fault && <span class="fault">{fault}</span>}
      </div>
    </fieldset>
  );
}
