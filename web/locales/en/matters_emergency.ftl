# Danger: call first

matters-emergency-first = Call first, then go on here
matters-emergency-gas = { $phone } gas emergency line
matters-emergency-kept = What you wrote is kept. Go on after the call.
matters-emergency-go-on = I have called, go on
matters-emergency-always = Fire, gas, somebody hurt or trapped: call 119, 120 or 110 first.
