import { LogUrlError } from '#libs/event-log';
import { displayJetStream, parseJetStreamUrl, urlWithoutLogin } from './jetstream-location.js';

describe('the URL of a JetStream log', () => {
  it('names servers and stream, with what is customary for the rest', () => {
    expect(parseJetStreamUrl('nats://broker/clearing')).toEqual({
      servers: ['broker:4222'],
      stream: 'clearing',
      isTls: false,
      monitors: [],
      isSyncAsserted: false,
      query: '',
    });
  });

  it('may have everything', () => {
    const query = 'monitor=http://a:8222,http://b:8222&replicas=3&sync=always';
    expect(parseJetStreamUrl(`tls://jane:p%40ss@a:4222,[::1]:5222/log-1?${query}`)).toEqual({
      servers: ['a:4222', '[::1]:5222'],
      stream: 'log-1',
      isTls: true,
      user: 'jane',
      password: 'p@ss',
      replicas: 3,
      monitors: ['http://a:8222', 'http://b:8222'],
      isSyncAsserted: true,
      query,
    });
    expect(parseJetStreamUrl('nats://secret@a/log')).toMatchObject({ token: 'secret' });
  });

  it('is shown without what is needed to log in', () => {
    const location = parseJetStreamUrl('nats://jane:hidden@a/log?sync=always');
    expect(displayJetStream(location)).toBe('nats://a:4222/log');
    expect(urlWithoutLogin(location)).toBe('nats://a:4222/log?sync=always');
  });

  it.each([
    ['nats://a', 'is written nats://'],
    ['http://a/log', 'is written nats://'],
    ['nats://a/', '1 to 64 letters'],
    ['nats://a/two.words', '1 to 64 letters'],
    ['nats://a:99999/log', 'host:port'],
    ['nats://a,/log', 'host:port'],
    ['nats://jane:hid%xden@a/log', 'percent-encoded'],
    ['nats://a/log?replicas=2', '1, 3 or 5'],
    ['nats://a/log?sync=never', 'sync=always'],
    ['nats://a/log?monitor=a:8222', 'http://host:8222'],
    ['nats://jane:hidden@a/log?ack=none', 'no option ack'],
  ])('%s is refused', (url, words) => {
    const parsing = (): unknown => parseJetStreamUrl(url);
    expect(parsing).toThrow(LogUrlError);
    expect(parsing).toThrow(words);
    expect(parsing).not.toThrow(/hidden|hid%xden/);
  });
});
