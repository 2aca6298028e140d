### The first page.

home-title = Home
home-now = Happening now
home-present = { $n ->
    [one] One person is here. You can take part from home.
   *[other] { $n } people are here. You can take part from home.
}
home-join = Join the meeting
home-report = Report something
home-track = Track by number
home-claim-title = You cannot vote yet
home-claim-line-claim = You may report and watch. Claim your home; once a social worker has confirmed it, you can vote.
home-claim-line-wait = You may report and watch. A social worker is to confirm your home; then you can vote.
home-claim-claim = Claim my home
home-claim-wait = See my home
home-desks = My work
home-desk-triage = Triage
home-desk-centre = Service centre desk
home-desk-officer = Sub-district desk
home-desk-council = Council
home-desk-board = Overview
home-desk-admin = Administration
home-promises = What I am to do
home-promise-executing = Under way
home-promise-late = Late
home-promise-kept = Done
home-mine = My matters
home-mine-all = All { $n }
home-messages = { $n ->
    [one] { $n } new message
   *[other] { $n } new messages
  }
home-asks-me = Waits for your answer
home-mine-none = You have not reported anything yet.
home-due = by { $day }
home-next = Next meeting
home-meetings = All meetings
home-next-none = No meeting is planned soon.
home-outcomes = Latest results
home-outcome-executing = Under way
home-outcome-kept = Kept
home-more = You can also
home-services = Service guide
home-notices = Public notices
home-councils = Councils and their six functions
home-centres = Service centres
home-join-code = Join with a meeting code
home-demo = Take another demo account
home-desk-party = Pre-study
home-calendar = Add to my calendar
home-elections = By-election
home-election = By-election to seat { $n }
home-election-now = Under way
home-election-line = { $council }. Stand yourself, put a neighbour forward, and come to vote.
