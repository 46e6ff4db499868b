import { LogUrlError } from '#libs/event-log';
import { directoryOf, fileLocation, locateLog } from './log-location.js';

describe('a log by its URL', () => {
  it('is the embedded engine for a directory', async () => {
    const location = await locateLog('file:some/where');
    expect(location).toEqual(fileLocation('some/where'));
    expect(directoryOf(location)).toBe('some/where');
    expect(directoryOf(await locateLog('file:///var/log%20s'))).toBe('/var/log s');
  });

  it('is JetStream for a server, and is shown without its password', async () => {
    const url = 'nats://jane:hidden@host:4222/clearing?replicas=3';
    const location = await locateLog(url);
    expect(location).toEqual({
      engine: 'jetstream',
      url,
      display: 'nats://host:4222/clearing?replicas=3',
    });
    expect(directoryOf(location)).toBeUndefined();
    expect(await locateLog('tls://host/clearing')).toMatchObject({ engine: 'jetstream' });
  });

  it.each([
    ['some/where', 'a directory alone is given as --data-dir'],
    ['file:', 'names no directory'],
    ['redis://jane:hidden@host/log', 'no log engine is called redis'],
    ['kafka://host:9092/log', 'is not available yet'],
    ['nats://jane:hidden@host', 'is written nats://'],
  ])('%s is refused with what to write', async (url, words) => {
    const locating = locateLog(url);
    await expect(locating).rejects.toBeInstanceOf(LogUrlError);
    await expect(locating).rejects.toThrow(words);
    await expect(locating).rejects.not.toThrow('hidden');
  });
});
