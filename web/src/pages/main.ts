// What every page is given: Designsystemet with its theme, its font, and what of its script runs under the policy of the pages.

import './inter.css';
import '@digdir/designsystemet-css';
import '@digdir/designsystemet-css/theme';
import '@digdir/designsystemet-web';
