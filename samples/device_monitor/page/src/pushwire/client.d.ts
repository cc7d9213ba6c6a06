// The client comes from the server at run time; these are its types.
export * from "../../../../../client/src/index.js";
