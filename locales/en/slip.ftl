slip-title = Invitation codes
slip-code = Invitation code
slip-about-one = { $group }, about { $unit }
slip-about-many = { $group }, about { $count } units
slip-address = Scan the square on the right, or open { $address } and type the code.
slip-until = Until { $time }.
slip-secrecy = Your answer is sealed on your own device before it is sent; nobody can see what you answered. You may answer again: the last answer counts.
slip-csv-header = sheet,number,code,link
