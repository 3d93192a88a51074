// Makes the pages better; without it they still work. Each part looks for its own marks in the page.

import { startComposer } from "./composer.js";
import { startForms } from "./forms.js";
import { startKeys } from "./keys.js";
import { startLive } from "./live.js";
import { startPosts } from "./post.js";

document.documentElement.classList.add("js");
startKeys();
startForms();
startPosts();
startComposer();
startLive();
