/** undici is CommonJS: imported by name here, so that a bundle that loads it on demand still finds these names. */
export { Agent, buildConnector, ProxyAgent } from 'undici';
