/**
 * A map that all copies of the library in the process share. A program can load two copies, for example by two dependencies.
 * Without it, neither copy would see the names that the other one uses.
 *
 * @param name the map's name; it changes with the shape of the values, because the copies may differ in version
 */
export function sharedMap<K extends object, V>(name: string): WeakMap<K, V> {
  const registry = globalThis as { [key: symbol]: WeakMap<K, V> | undefined };
  return registry[Symbol.for(`cdktf-go-docker/${name}`)] ??= new WeakMap();
}
