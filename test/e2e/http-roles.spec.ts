import { type Role, ROLES } from '#libs/access';
import { operations } from '../../apps/clearing-node/src/operations/index.js';
import { rolesTable } from '../../apps/clearing-node/src/operations/roles-markdown.js';
import { OpenApiSchemas } from '../support/openapi-schemas.js';
import { ensureBuilt, TemporaryDirectory } from './demo-process.js';
import { smallHouse, trade } from './http-house.js';
import { HttpNode, type Reply } from './http-node.js';

/** Statuses that say that the role may not; what else is answered, the operation was reached. */
const DENIED = [401, 403];

describe('every operation with every role', () => {
  const directory = new TemporaryDirectory();
  let node: HttpNode;
  let schemas: OpenApiSchemas;
  let calls = 0;

  beforeAll(async () => {
    ensureBuilt();
    node = await HttpNode.start(directory.in('data'));
    await node.batch(smallHouse);
    schemas = new OpenApiSchemas((await node.ask('/v1/openapi.json')).json ?? {});
  });
  afterAll(async () => {
    await node.kill();
    directory.remove();
  });

  /** Calls an operation with what is needed to get beyond the check of the role. */
  function call(id: string, as?: Role): Promise<Reply> {
    const operation = operations.find((one) => one.id === id);
    if (operation === undefined) throw new Error(`there is no operation ${id}`);
    calls += 1;
    const path = operation.path
      .replace(':account', 'M01-house')
      .replace(':member', 'M01')
      .replace(':sequence', '5')
      .replace(':name', 'nobody');
    const { method } = operation;
    const body = operation.input !== undefined || operation.body !== undefined ? {} : undefined;
    return node.ask(path, {
      method,
      ...(body === undefined ? {} : { body }),
      ...(as === undefined ? {} : { as }),
    });
  }

  it.each(operations.map(({ id }) => id))('%s', async (id) => {
    const operation = operations.find((one) => one.id === id);
    const { roles = [], answer, status = 200 } = operation ?? {};
    for (const role of [undefined, ...ROLES]) {
      const reply = await call(id, role);
      const isAllowed = roles === 'anyone' || (role !== undefined && roles.includes(role));
      const told = `${id} as ${role ?? 'nobody'}: ${String(reply.status)} ${reply.text}`;
      expect([told, !DENIED.includes(reply.status)]).toEqual([told, isAllowed]);
      if (role === undefined && !isAllowed) {
        expect(reply.status).toBe(401);
        expect(reply.headers.get('www-authenticate')).toContain('Bearer');
      }
      const isAnswer = reply.status === status && answer !== undefined;
      const component = isAnswer ? answer : reply.status >= 400 ? 'Problem' : undefined;
      if (component !== undefined) expect(schemas.faultsOf(component, reply.json)).toEqual([]);
    }
  });

  it('was tried with all of them', () => {
    expect(calls).toBe(operations.length * (ROLES.length + 1));
    expect(rolesTable().filter((row) => row.startsWith('| `'))).toHaveLength(operations.length);
  });

  it.each<[string, Role, object, number]>([
    ['a publisher sends trades', 'publisher', trade(1), 200],
    ['a publisher names another', 'publisher', trade(2, { publisher: 'executor' }), 403],
    ['a publisher names itself', 'publisher', trade(3, { publisher: 'publisher' }), 200],
    ['an operator names a publisher', 'operator', trade(4, { publisher: 'publisher' }), 403],
    ['a publisher opens no account', 'publisher', { ...smallHouse[8], messageId: 'x' }, 403],
    ['a publisher moves no money', 'publisher', { ...smallHouse[18], messageId: 'x' }, 403],
    ['an executor reports no regular trade', 'executor', trade(5), 403],
    ['an executor reports fills', 'executor', trade(6, { liquidationOrder: '4096' }), 422],
    ['an executor publishes no price', 'executor', { ...smallHouse[16], messageId: 'x' }, 403],
    ['an auditor writes nothing', 'auditor', trade(7), 403],
    ['a member writes nothing', 'member', trade(8), 403],
  ])('%s', async (_, as, body, status) => {
    const reply = await node.ask('/v1/events', { body, as });
    expect([reply.text, reply.status]).toEqual([reply.text, status]);
    expect(schemas.faultsOf(status === 200 ? 'InputAnswer' : 'Problem', reply.json)).toEqual([]);
  });

  it('makes tokens, shows no secret, and takes them back at once', async () => {
    const grant = { name: 'second', role: 'member', member: 'M02' };
    const made = await node.ask('/v1/tokens', { body: grant, as: 'operator' });
    expect(made.status).toBe(201);
    expect(schemas.faultsOf('NewToken', made.json)).toEqual([]);
    const token = String(made.json?.['token']);
    const headers = { authorization: `Bearer ${token}` };
    expect((await node.ask('/v1/accounts', { headers })).status).toBe(200);
    const listed = await node.ask('/v1/tokens', { as: 'operator' });
    expect(listed.text).toContain('second');
    expect(listed.text).not.toContain(token);
    expect(node.stderr).not.toContain(token);
    const gone = await node.ask('/v1/tokens/second', { method: 'DELETE', as: 'operator' });
    expect(gone.status).toBe(204);
    expect((await node.ask('/v1/accounts', { headers })).status).toBe(401);
    const own = await node.ask('/v1/tokens/operator', { method: 'DELETE', as: 'operator' });
    expect(own.status).toBe(409);
  });
});
