from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models

from linli.base.ids import new_id


class Account(AbstractBaseUser):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    username = models.CharField(max_length=64, unique=True)
    USERNAME_FIELD = "username"
    objects = BaseUserManager["Account"]()
