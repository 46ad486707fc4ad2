/** Code that handlers of tests begin with: a way to tell the test something, through an inbox of the runtime. */
const TELL = `
const tell = (name, value) =>
  fetch(process.env.AWS_ENDPOINT_URL + '/_local/inbox/' + name, { method: 'POST', body: JSON.stringify(value) });
const holdOn = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
`;

/** A handler of a queue's messages whose `body` sees `event` and `context`. */
export const handler = (body: string) =>
  `${TELL}\nexport const handler = async (event, context) => {${body}};\n`;
