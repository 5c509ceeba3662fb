/** WebAssembly is embedded as a file; what is imported is its path. */
declare module "*.wasm" {
  const path: string;
  export default path;
}
