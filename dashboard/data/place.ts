/** What the page was told when it was published: see `dashboard/index.html`. */
const told = (name: string): string =>
  document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content ?? '';

/** The path that the dashboard stands under: empty, or `/dashboard` on a laptop. */
export const BASE = told('cathcr-base');

/** Whether the system runs on this machine: there the API has the origin of the page, and there are inboxes. */
export const IS_LOCAL = told('cathcr-api') === '';

/** Where the API answers. */
export const API_URL = told('cathcr-api') || location.origin;
