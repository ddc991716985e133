// A certified OpenID provider at Entra's paths, a Graph that asks it whose a token is, and the browser of a person who
// signs in. It refuses to bend the provider: all that differs from its defaults is configuration.
//
// A line on standard input is what the person does: `browse URL`, `type CODE`, `revoke`; each is answered with a line.
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import Provider, { interactionPolicy } from 'oidc-provider';

// Standard output is for answers.
console.info = console.error;

const [clientId, tenant] = process.argv.slice(2);
const person = { oid: '48d31887-5fad-4d73-a9f5-3c356e68a038', tid: tenant, preferred_username: 'megan@contoso.com' };

const server = createServer();
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const root = `http://127.0.0.1:${server.address().port}`;
const permission = `${root}/Presence.ReadWrite`;
const entra = `/${tenant}/oauth2/v2.0`;

const policy = interactionPolicy.base();
policy.add(new interactionPolicy.Prompt({ name: 'select_account', requestable: true }), 0);

const provider = new Provider(`${root}/${tenant}/v2.0`, {
  clients: [{
    client_id: clientId,
    application_type: 'native',
    redirect_uris: ['http://localhost'],
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
    response_types: ['code'],
  }],
  routes: {
    authorization: `${entra}/authorize`,
    token: `${entra}/token`,
    device_authorization: `${entra}/devicecode`,
    code_verification: '/devicelogin',
  },
  scopes: ['openid', 'offline_access', permission],
  claims: { openid: ['sub'], profile: ['oid', 'tid', 'preferred_username'] },
  conformIdTokenClaims: false,
  findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub, ...person }) }),
  features: { deviceFlow: { enabled: true }, devInteractions: { enabled: false } },
  interactions: { policy, url: (_, interaction) => `/interaction/${interaction.uid}` },
  rotateRefreshToken: true,
  cookies: { keys: ['of this run only'] },
  ttl: { AccessToken: 3600, RefreshToken: 7776000, Grant: 7776000, Interaction: 600, Session: 600, DeviceCode: 600, AuthorizationCode: 600, IdToken: 3600 },
});

const said = [];
const isPatience = ({ error }) => ['authorization_pending', 'slow_down'].includes(error);
const refused = (_, error) => isPatience(error) || said.push(`${error.error}: ${error.error_description ?? error.message}`);
for (const event of ['authorization.error', 'grant.error', 'device_authorization.error', 'server_error']) {
  provider.on(event, refused);
}

let revoked = null;
const log = [];

async function graph(request, response) {
  const token = (request.headers.authorization ?? '').replace('Bearer ', '');
  const known = await provider.AccessToken.find(token);
  response.setHeader('content-type', 'application/json');
  response.setHeader('request-id', crypto.randomUUID());
  if (!known || !known.scopes.has(permission) || token === revoked) {
    response.statusCode = 401;
    return response.end(JSON.stringify({ error: { code: 'InvalidAuthenticationToken', message: 'Not this one.' } }));
  }
  graph.newest = token;
  return response.end(request.method === 'GET' ? JSON.stringify({ id: person.oid, availability: 'Away', activity: 'Away' }) : '');
}

async function interact(request, response) {
  const { params, session, prompt, grantId } = await provider.interactionDetails(request, response);
  const grant = (grantId && await provider.Grant.find(grantId))
    ?? new provider.Grant({ accountId: session?.accountId ?? person.oid, clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  const result = { login: { accountId: person.oid }, select_account: {}, consent: { grantId: await grant.save() } };
  return provider.interactionFinished(request, response, { [prompt.name]: result[prompt.name], login: result.login, consent: result.consent }, { mergeWithLastSubmission: true });
}

/** Each request and its answer, with every secret masked. */
function note(request, response, body, answer) {
  const masked = (text) => text
    .replace(/((?:code|code_verifier|code_challenge|refresh_token|access_token|id_token|device_code|user_code|state|xsrf|session_state|iss)(?:=|":"))[^&"]+/g, '$1…')
    .replaceAll(root, 'http://cloud').replaceAll(encodeURIComponent(root), 'http%3A%2F%2Fcloud').replace(/localhost(:|%3A)\d+/g, 'localhost$1PORT').replace(/[0-9a-f-]{36}|(?<=interaction\/|authorize\/|devicelogin\/)[\w-]{20,}/g, '…');
  log.push(`${request.method} ${masked(request.url)}`, ...(body ? [`  ${masked(body)}`] : []), `  → ${response.statusCode} ${masked(response.getHeader('location') ?? '')}${masked(answer)}`.trimEnd());
}

const callback = provider.callback();
server.on('request', (request, response) => {
  const [asked, answered] = [[], []];
  // Listening would let the body flow away before the provider reads it.
  const emit = request.emit.bind(request);
  request.emit = (event, ...rest) => {
    if (event === 'data') asked.push(rest[0]);
    return emit(event, ...rest);
  };
  const end = response.end.bind(response);
  response.end = (part, ...rest) => {
    if (part && typeof part !== 'function') answered.push(Buffer.from(part));
    return end(part, ...rest);
  };
  response.on('finish', () => {
    const isJson = String(response.getHeader('content-type')).includes('json');
    note(request, response, Buffer.concat(asked).toString(), isJson ? Buffer.concat(answered).toString() : '');
  });
  const path = request.url;
  if (path.startsWith('/v1.0/')) return graph(request, response);
  if (path.startsWith('/interaction/')) return interact(request, response);
  return callback(request, response);
});

/** Follows redirects with cookies, and fills in the forms of the provider, until a page has none. */
async function browse(url, jar = new Map()) {
  let form = null;
  for (let step = 0; step < 20; step += 1) {
    const headers = { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') };
    const options = { redirect: 'manual', headers, ...(form && { method: 'POST', body: form }) };
    const answer = await fetch(url, options);
    for (const cookie of answer.headers.getSetCookie()) {
      const [pair] = cookie.split(';');
      jar.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    form = null;
    const location = answer.headers.get('location');
    if (location) {
      url = new URL(location, url).href;
      continue;
    }
    const page = await answer.text();
    if (answer.status !== 200) throw new Error(`${answer.status} at ${url}: ${page}`);
    const action = page.match(/<form[^>]*action="([^"]+)"/);
    if (!action) return page;
    const fields = [...page.matchAll(/<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"/g)].map(([, name, value]) => [name, value]);
    form = new URLSearchParams(fields);
    url = new URL(action[1], url).href;
  }
  throw new Error('it leads on and on');
}

console.log(root);
for await (const line of createInterface({ input: process.stdin })) {
  const [what, argument] = line.split(' ');
  try {
    // OpenID Connect Core, section 11, gives offline_access only with prompt=consent; Entra ID without.
    if (what === 'browse') await browse(argument.replace('prompt=select_account', 'prompt=select_account+consent'));
    else if (what === 'type') await browse(`${root}/devicelogin?user_code=${argument}`);
    else if (what === 'revoke') revoked = graph.newest;
    else if (what === 'refused') { console.log(said.join('; ') || 'nothing'); continue; }
    else if (what === 'transcript') { console.log(JSON.stringify(log.join('\n'))); continue; }
    else throw new Error(`what is ${what}?`);
    console.log('done');
  } catch (error) {
    console.log(`failed: ${error.message.replaceAll('\n', ' ')} ${said.join('; ')}`);
  }
}
process.exit(0);
