ALTER USER sparkify_loader PASSWORD :password
