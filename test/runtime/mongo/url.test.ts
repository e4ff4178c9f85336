import { describe, expect, it } from '@jest/globals';
import { databaseNameOf, withoutPassword } from '../../../runtime/mongo/url.ts';
import { StartError } from '../../../runtime/start-error.ts';

describe('the database that a URL names', () => {
  it.each([
    ['mongodb://localhost:27017/city', 'city'],
    ['mongodb://a:1,b:2,c:3/city?replicaSet=rs', 'city'],
    ['mongodb+srv://user:p%40ss@cluster.example/city', 'city'],
    ['mongodb://localhost', 'carillon'],
    ['mongodb://localhost/', 'carillon'],
    ['mongodb://localhost/?w=1', 'carillon'],
    ['mongodb://localhost?w=1', 'carillon'],
    ['mongodb://localhost/st%C3%A4dte', 'städte'],
  ])('%s: %s', (url, name) => {
    expect(databaseNameOf(url, 'carillon')).toBe(name);
  });

  it.each([
    'mongodb://localhost/a.b',
    'mongodb://localhost/a%20b',
    `mongodb://localhost/${'x'.repeat(64)}`,
    'http://x',
  ])('is refused in %s', (url) => {
    expect(() => databaseNameOf(url, 'carillon')).toThrow(StartError);
  });

  it('shows no password', () => {
    expect(withoutPassword('mongodb://user:secret@a:1,b:2/city')).toBe('mongodb://…@a:1,b:2/city');
    expect(() => databaseNameOf('mongodb://user:secret@host/a.b', 'x')).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('secret') }),
    );
  });
});
