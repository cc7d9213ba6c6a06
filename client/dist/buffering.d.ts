import type { Attempt } from "./attempt.js";
import { type Reading } from "./transports/transport.js";
/** The path of an answer at once, where the server gives any. */
export declare const pathOfAnswers: (offered?: readonly string[]) => string | undefined;
/** Ends a stream that somebody holds back: now and then another request asks what follows the cursor; what that gives
 *  has to come by the stream as well, and soon. Needs no clock of the server's, and no event that is late is lost. */
export declare function leaveWhenBuffered(attempt: Attempt, reading: Reading, offered: readonly string[] | undefined): Promise<void>;
